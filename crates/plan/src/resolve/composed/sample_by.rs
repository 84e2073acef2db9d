//! `df.sampleBy`: a fraction of the rows for each value of a column.

use lang::Result;
use lang::ir::{Expr, Literal};

use super::super::filter::filtered;
use super::super::scope::{Query, Scope};
use super::super::{Resolved, Resolver};
use super::requirement::require_fractions;

impl Resolver<'_> {
    pub(super) fn sample_by(
        &self,
        input: Resolved,
        column: &Expr,
        fractions: &[(Literal, f64)],
        seed: Option<i64>,
        query: &Query,
    ) -> Result<Resolved> {
        require_fractions(fractions.iter().map(|(stratum, fraction)| (shown(stratum), fraction)))?;
        let (drawn, number) = self.drawn(input, seed, query)?;
        let scope = Scope::new(&[&drawn], query, None)?;
        let mut branches = Vec::with_capacity(fractions.len() * 2 + 1);
        for (stratum, fraction) in fractions {
            branches.push(Expr::call("<=>", vec![column.clone(), Expr::literal(stratum.clone())]));
            branches.push(Expr::literal(Literal::Double(*fraction)));
        }
        branches.push(Expr::literal(Literal::Double(0.0)));
        let fraction = self.expression(&Expr::call("when", branches), &scope)?.expr;
        drop(scope);
        filtered(drawn, functions::definition::column(&number).lt(fraction))
    }
}

/// A stratum as Scala shows it.
fn shown(stratum: &Literal) -> String {
    match stratum {
        Literal::String(text) => text.clone(),
        Literal::Integer(number) => number.to_string(),
        Literal::Long(number) => number.to_string(),
        Literal::Double(number) => format!("{number:?}"),
        Literal::Boolean(value) => value.to_string(),
        other => format!("{other:?}"),
    }
}
