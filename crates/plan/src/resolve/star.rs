//! `*`, `t.*`, `s.*` and column regexes, expanded to columns.

use arrow::datatypes::DataType;
use functions::Argument;
use lang::ir::{Expr, ExprKind};
use lang::{Error, Result};

use super::attribute::{ambiguous_dataframe_column, column_argument, quoted};
use super::expression::pointing_at;
use super::scope::{Own, Scope};
use super::{Column, Resolver, literal};

impl Resolver<'_> {
    /// The columns a star or a regex stands for.
    pub(super) fn expand_star(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Vec<Argument>> {
        pointing_at(expr, || self.expanded(expr, scope))
    }

    fn expanded(&self, expr: &Expr, scope: &Scope<'_>) -> Result<Vec<Argument>> {
        match &expr.kind {
            ExprKind::Star { target: None, plan_id: None, except } => {
                let columns: Vec<&Column> = scope.columns().collect();
                self.without(columns, except, scope)
            }
            ExprKind::Star { target: None, plan_id: Some(plan_id), .. } => {
                let mut found = Vec::new();
                scope.inputs.iter().for_each(|input| input.origins.find(*plan_id, &mut found));
                let visible = |own: &Own| own.columns.iter().filter_map(|c| scope.column(&c.id)).collect();
                let mut visible: Vec<Vec<&Column>> = found.into_iter().map(visible).collect();
                visible.retain(|columns| !columns.is_empty());
                let [columns] = visible.as_slice() else {
                    return Err(ambiguous_dataframe_column("unresolveddataframestar()"));
                };
                Ok(columns.iter().map(|c| column_argument(c, c.name())).collect())
            }
            ExprKind::Star { target: Some(target), except, .. } => self.target_star(target, except, scope),
            ExprKind::Regex { pattern, .. } => self.regex_columns(pattern, scope),
            _ => Err(Error::internal("only stars and regexes expand")),
        }
    }

    fn target_star(
        &self,
        target: &[String],
        except: &[Vec<String>],
        scope: &Scope<'_>,
    ) -> Result<Vec<Argument>> {
        // The other side's keys of a USING join stand in front, as in its output.
        let hidden = scope.inputs.iter().flat_map(|input| input.hidden.iter());
        let qualified: Vec<&Column> = hidden
            .chain(scope.columns())
            .filter(|c| {
                let skip = c.qualifier.len().checked_sub(target.len());
                skip.is_some_and(|skip| {
                    c.qualifier[skip..].iter().zip(target).all(|(a, b)| self.same_name(a, b))
                }) && !target.is_empty()
            })
            .collect();
        if !qualified.is_empty() {
            return self.without(qualified, except, scope);
        }
        let base = self.attribute(target, None, scope).map_err(|_| {
            Error::analysis("CANNOT_RESOLVE_STAR_EXPAND").with("targetString", quoted(target)).with(
                "columns",
                scope.columns().map(|c| quoted(&[c.name().to_string()])).collect::<Vec<_>>().join(", "),
            )
        })?;
        let DataType::Struct(fields) = base.data_type() else {
            return Err(Error::analysis("CANNOT_RESOLVE_STAR_EXPAND")
                .with("targetString", quoted(target))
                .with("columns", ""));
        };
        fields
            .iter()
            .map(|field| {
                let key = literal::string_argument(field.name());
                let expr = functions::collection::extract(&base, &key, self.environment.context())?;
                self.typed(expr, field.name(), scope)
            })
            .collect()
    }

    fn without(
        &self,
        columns: Vec<&Column>,
        except: &[Vec<String>],
        scope: &Scope<'_>,
    ) -> Result<Vec<Argument>> {
        let mut dropped = Vec::new();
        for name in except {
            let argument = self.attribute(name, None, scope)?;
            match &argument.expr {
                datafusion::logical_expr::Expr::Column(column) => dropped.push(column.name.clone()),
                _ => return Err(Error::unsupported("nested fields in `* EXCEPT`")),
            }
        }
        Ok(columns
            .into_iter()
            .filter(|c| !dropped.contains(&c.id))
            .map(|c| column_argument(c, c.name()))
            .collect())
    }

    fn regex_columns(&self, pattern: &str, scope: &Scope<'_>) -> Result<Vec<Argument>> {
        // Spark's users write the pattern between backticks.
        let pattern = pattern.strip_prefix('`').and_then(|p| p.strip_suffix('`')).unwrap_or(pattern);
        let flags = if self.environment.context().case_sensitive { "" } else { "(?i)" };
        let regex = fancy_regex::Regex::new(&format!("{flags}^(?:{pattern})$")).map_err(|e| {
            Error::analysis("INVALID_PARAMETER_VALUE.PATTERN")
                .with("parameter", "`colName`")
                .with("functionName", "`colRegex`")
                .with("value", e.to_string())
        })?;
        Ok(scope
            .columns()
            .filter(|c| regex.is_match(c.name()).unwrap_or(false))
            .map(|c| column_argument(c, c.name()))
            .collect())
    }
}
