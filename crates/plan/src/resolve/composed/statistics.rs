//! `df.stat`: covariance, correlation and quantiles.

use lang::ir::{CastMode, Expr, ExprKind, Literal};
use lang::{DataType, Result};

use super::super::scope::Query;
use super::super::{Resolved, Resolver};
use super::reference;
use super::requirement::{require_numbers, require_quantiles_of};

impl Resolver<'_> {
    /// A statistic of two columns, as one row: the function and what messages call it.
    pub(super) fn pair_statistic(
        &self,
        input: Resolved,
        (function, name): (&str, &str),
        left: &str,
        right: &str,
        query: &Query,
    ) -> Result<Resolved> {
        let names = [left.to_string(), right.to_string()];
        let columns = self.chosen(&input, &names, query, |_| true)?;
        require_numbers(&columns, name)?;
        // Spark counts NULL as zero here.
        let zero = Expr::literal(Literal::Double(0.0));
        let number = |c| Expr::call("coalesce", vec![as_double(reference(c)), zero.clone()]);
        let arguments: Vec<Expr> = columns.into_iter().map(number).collect();
        let call = Expr::call(function, arguments).alias(function);
        self.project_resolved(input, &[call], query)
    }

    /// One row: for each column the array of its quantiles.
    pub(super) fn approx_quantile(
        &self,
        input: Resolved,
        columns: &[String],
        probabilities: &[f64],
        relative_error: f64,
        query: &Query,
    ) -> Result<Resolved> {
        // Without an error this is as accurate as it gets; the conversion saturates.
        let accuracy = (1.0 / relative_error).ceil().min(f64::from(i32::MAX));
        let accuracy = Expr::literal(Literal::Integer(accuracy as i32));
        let wanted = Expr::literal(Literal::Array {
            element_type: DataType::Double,
            values: probabilities.iter().map(|p| Literal::Double(*p)).collect(),
        });
        let columns = self.chosen(&input, columns, query, |_| true)?;
        columns.iter().try_for_each(|column| require_quantiles_of(column))?;
        let none = Expr::literal(Literal::Array { element_type: DataType::Double, values: Vec::new() });
        let quantiles: Vec<Expr> = columns
            .into_iter()
            .map(|c| {
                // NaN does not count, as NULL does not.
                let null = Expr::literal(Literal::Null(DataType::Double));
                let number = Expr::call("nanvl", vec![as_double(reference(c)), null]);
                let arguments = vec![number, wanted.clone(), accuracy.clone()];
                // Without any value there are no quantiles.
                Expr::call("coalesce", vec![Expr::call("percentile_approx", arguments), none.clone()])
            })
            .collect();
        let row = Expr::call("array", quantiles).alias("approx_quantile");
        self.project_resolved(input, &[row], query)
    }
}

fn as_double(expr: Expr) -> Expr {
    ExprKind::Cast { expr: Box::new(expr), data_type: DataType::Double, mode: CastMode::Session }.into()
}
