//! `t VERSION AS OF 3`, `t TIMESTAMP AS OF '…'`, `t@v3`: read, checked, and refused, for files have one version alone.

use arrow::datatypes::DataType;
use lang::ir::{CastMode, TimeTravel};
use lang::{Error, Result};

use super::Resolver;
use super::attribute::quoted;
use super::scope::{Query, Scope};

impl Resolver<'_> {
    /// The error of a relation that is asked for another version of itself.
    ///
    /// # Errors
    /// `INVALID_TIME_TRAVEL_TIMESTAMP_EXPR…`; those of the relation without time travel.
    pub(super) fn no_time_travel(
        &self,
        name: &[String],
        time_travel: &TimeTravel,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Error> {
        if let TimeTravel::Timestamp(expr) = time_travel {
            self.expect_timestamp(expr, query)?;
        }
        let found = self.table(name, &Default::default(), None, query, outer)?;
        let known = found.columns.first().map(|column| &column.qualifier).filter(|full| !full.is_empty());
        let relation = quoted(known.map_or(name, Vec::as_slice));
        Ok(Error::analysis("UNSUPPORTED_FEATURE.TIME_TRAVEL").with("relationId", relation).placeless())
    }

    fn expect_timestamp(&self, expr: &lang::ir::Expr, query: &Query) -> Result<()> {
        let nothing = self.one_row()?;
        let argument = self.expression(expr, &Scope::new(&[&nothing], query, None)?)?;
        let invalid = |kind: &str| {
            Error::analysis(format!("INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.{kind}"))
                .with("expr", format!("\"{}\"", argument.name()))
                .placeless()
        };
        if argument.expr.is_volatile() {
            return Err(invalid("NON_DETERMINISTIC"));
        }
        let to = functions::types::to_field("timestamp", &lang::DataType::Timestamp, true);
        let cast = functions::cast::cast(&argument, &to, CastMode::Try, self.environment.context());
        match cast {
            Ok(cast) if !matches!(argument.data_type(), DataType::Null) => {
                match self.evaluate(cast)?.is_null() {
                    true => Err(invalid("INPUT")),
                    false => Ok(()),
                }
            }
            _ => Err(invalid("INPUT")),
        }
    }
}
