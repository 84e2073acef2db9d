//! `t VERSION AS OF 3`, `t TIMESTAMP AS OF '…'`, `t@v3`, and tables read with options: what keeps versions is opened at one
//! of them; what does not, files and views, is refused.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use lang::ir::{CastMode, ExprKind, Literal, Options, TimeTravel};
use lang::{Error, Result};

use super::Resolver;
use super::attribute::quoted;
use super::scope::{Query, Scope};
use crate::Resolved;
use crate::contract::TableEntry;
use crate::lake::At;

impl Resolver<'_> {
    /// A table at one of its versions, or read with options.
    ///
    /// # Errors
    /// `INVALID_TIME_TRAVEL_TIMESTAMP_EXPR…`; `UNSUPPORTED_FEATURE.TIME_TRAVEL` for what keeps no versions; those of the
    /// table itself.
    pub(super) fn table_at(
        &self,
        name: &[String],
        options: &Options,
        time_travel: Option<&TimeTravel>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let at = match time_travel {
            None => At::Latest,
            Some(TimeTravel::Timestamp(expr)) => At::Timestamp(self.instant(expr, query)?),
            Some(TimeTravel::Version(expr)) => At::Version(version(expr)?),
        };
        let is_common = matches!(name, [single] if query.common_tables.contains_key(&single.to_lowercase()));
        let found = match is_common {
            true => None,
            false => self.environment.table_at(name, at, options).map_err(Error::placeless)?,
        };
        match (found, options.keys().next()) {
            (Some(TableEntry::Table { name, provider }), _) => {
                self.with_padded_texts(self.scan(provider, name)?)
            }
            (_, Some(option)) if time_travel.is_none() => {
                Err(Error::unsupported(format!("the option {option} on a table")))
            }
            _ => Err(self.no_time_travel(name, query, outer)?),
        }
    }

    /// The error of a relation that is asked for another version of itself and has none.
    fn no_time_travel(&self, name: &[String], query: &Query, outer: Option<&Scope<'_>>) -> Result<Error> {
        let found = self.table(name, &Default::default(), None, query, outer)?;
        let known = found.columns.first().map(|column| &column.qualifier).filter(|full| !full.is_empty());
        let relation = quoted(known.map_or(name, Vec::as_slice));
        Ok(Error::analysis("UNSUPPORTED_FEATURE.TIME_TRAVEL").with("relationId", relation).placeless())
    }

    /// The microseconds that an expression stands for, without a relation around it.
    ///
    /// # Errors
    /// `INVALID_TIME_TRAVEL_TIMESTAMP_EXPR…`
    pub fn point_in_time(&self, expr: &lang::ir::Expr) -> Result<i64> {
        self.instant(expr, &Query::default())
    }

    /// The microseconds that an expression stands for.
    fn instant(&self, expr: &lang::ir::Expr, query: &Query) -> Result<i64> {
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
            Ok(cast) if !matches!(argument.data_type(), DataType::Null) => match self.evaluate(cast)? {
                ScalarValue::TimestampMicrosecond(Some(micros), _) => Ok(micros),
                _ => Err(invalid("INPUT")),
            },
            _ => Err(invalid("INPUT")),
        }
    }
}

/// The number of a version, which is a whole number or a text with one in it.
fn version(expr: &lang::ir::Expr) -> Result<u64> {
    let text = match &expr.kind {
        ExprKind::Literal(Literal::Integer(value)) => value.to_string(),
        ExprKind::Literal(Literal::Long(value)) => value.to_string(),
        ExprKind::Literal(Literal::String(text)) => text.trim().to_string(),
        _ => return Err(Error::unsupported("versions that are no whole numbers")),
    };
    text.parse().map_err(|_| {
        Error::analysis("DELTA_TIME_TRAVEL_INVALID_BEGIN_VALUE").with("timeTravelKey", "version")
    })
}
