//! `UNNEST(a, b) WITH ORDINALITY` in terms of the generators of arrays.

use arrow::datatypes::DataType;
use functions::types;
use lang::ir::{CastMode, Expr, ExprKind, Literal, Relation, RelationKind};
use lang::{Error, Result};

use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// One array is exploded; several run side by side, the shorter ones filled up with NULL. The running number counts from
    /// one.
    ///
    /// # Errors
    /// `DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE` for anything that is no array.
    pub(super) fn unnested_arrays(
        &self,
        arrays: &[Expr],
        ordinality: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        self.expect_arrays(arrays, query, outer)?;
        let width = arrays.len();
        let elements = match arrays {
            [one] => one.clone(),
            // An array that is NULL has no elements, and hides none of the others.
            many => {
                let filled = |array: &Expr| {
                    Expr::call("coalesce", vec![array.clone(), Expr::call("array", Vec::new())])
                };
                Expr::call("arrays_zip", many.iter().map(filled).collect())
            }
        };
        let function = match (ordinality, width) {
            (true, _) => "posexplode",
            (false, 1) => "explode",
            (false, _) => "inline",
        };
        let call =
            RelationKind::TableFunction { name: vec![function.to_string()], arguments: vec![elements] };
        let input = Relation::new(call);
        let relation = match (ordinality, width) {
            (false, 1) => input,
            (false, _) => {
                let names = (0..width).map(|place| format!("col{place}")).collect();
                Relation::new(RelationKind::ToDf { input, names })
            }
            (true, _) => {
                let mut expressions = columns(width);
                expressions.push(number());
                Relation::new(RelationKind::Project { input, expressions })
            }
        };
        self.relation(&relation, query, outer)
    }

    fn expect_arrays(&self, arrays: &[Expr], query: &Query, outer: Option<&Scope<'_>>) -> Result<()> {
        let nothing = self.one_row()?;
        let scope = Scope::new(&[&nothing], query, outer)?;
        let resolved =
            arrays.iter().map(|array| self.expression(array, &scope)).collect::<Result<Vec<_>>>()?;
        let other = resolved.iter().position(|array| !matches!(array.data_type(), DataType::List(_)));
        let Some(place) = other else { return Ok(()) };
        let names: Vec<_> = resolved.iter().map(|array| array.name()).collect();
        let ordinals = ["first", "second", "third", "fourth", "fifth"];
        Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
            .with("sqlExpr", format!("\"unnest({})\"", names.join(", ")))
            .with("paramIndex", ordinals.get(place).copied().unwrap_or("next"))
            .with("requiredType", "\"ARRAY\"")
            .with("inputSql", format!("\"{}\"", names[place]))
            .with("inputType", format!("\"{}\"", types::from_field(&resolved[place].field).sql())))
    }
}

/// The elements out of what `posexplode` yields.
fn columns(width: usize) -> Vec<Expr> {
    if width == 1 {
        return vec![Expr::column("col")];
    }
    let field = |place: usize| {
        let child = Box::new(Expr::column("col"));
        let extraction = Box::new(Expr::string(place.to_string()));
        Expr::from(ExprKind::Extract { child, extraction }).alias(format!("col{place}"))
    };
    (0..width).map(field).collect()
}

fn number() -> Expr {
    let next = Expr::call("+", vec![Expr::column("pos"), Expr::literal(Literal::Integer(1))]);
    let kind =
        ExprKind::Cast { expr: Box::new(next), data_type: lang::DataType::Long, mode: CastMode::Session };
    Expr::from(kind).alias("ordinality")
}
