//! Relations that are built of simpler ones: display, missing values, statistics, reshaping.
//!
//! ```text
//! Describe ──► one aggregation ──► one row a statistic
//! FillNa, DropNa, Replace ──► projections and filters of ordinary functions
//! ShowString, Transpose ──► rows collected now, a small table of the result
//! ```

mod crosstab;
mod freq_items;
mod missing_values;
mod requirement;
mod sample_by;
mod show_string;
mod statistics;
mod summary;
mod transpose;
mod unpivot;

use lang::ir::{Expr, RelationKind as K};
use lang::{Error, Result};

use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver};

impl Resolver<'_> {
    pub(super) fn composed(&self, kind: &K, query: &Query, outer: Option<&Scope<'_>>) -> Result<Resolved> {
        let input = |relation| self.relation(relation, query, outer);
        match kind {
            K::ShowString { input: i, rows, truncate, vertical } => {
                self.show_string(input(i)?, *rows, *truncate, *vertical)
            }
            K::HtmlString { input: i, rows, truncate } => self.html_string(input(i)?, *rows, *truncate),
            K::FillNa { input: i, columns, values } => self.fill_na(input(i)?, columns, values, query),
            K::DropNa { input: i, columns, min_non_nulls } => {
                self.drop_na(input(i)?, columns, *min_non_nulls, query)
            }
            K::Replace { input: i, columns, replacements } => {
                self.replace(input(i)?, columns, replacements, query)
            }
            K::Summary { input: i, statistics } => self.summary(input(i)?, statistics, query),
            K::Describe { input: i, columns } => self.describe(input(i)?, columns, query),
            K::Crosstab { input: i, left, right } => self.crosstab(i, left, right, query, outer),
            K::Covariance { input: i, left, right } => {
                self.pair_statistic(input(i)?, ("covar_samp", "covariance"), left, right, query)
            }
            K::Correlation { input: i, left, right, method } => {
                if !method.is_empty() && method != "pearson" {
                    return Err(Error::unsupported(format!("the correlation method {method}")));
                }
                self.pair_statistic(input(i)?, ("corr", "correlation"), left, right, query)
            }
            K::ApproxQuantile { input: i, columns, probabilities, relative_error } => {
                self.approx_quantile(input(i)?, columns, probabilities, *relative_error, query)
            }
            K::FreqItems { input: i, columns, support } => {
                self.freq_items(input(i)?, columns, *support, query)
            }
            K::SampleBy { input: i, column, fractions, seed } => {
                self.sample_by(input(i)?, column, fractions, *seed, query)
            }
            K::Unpivot(unpivot) => self.unpivot(unpivot, query, outer),
            K::Transpose { input: i, index } => self.transpose(input(i)?, index.as_ref(), query),
            other => Err(Error::unsupported(format!("the relation {}", kind_name(other)))),
        }
    }

    /// The columns of these names; all that `wanted` accepts when no names are given.
    fn chosen<'r>(
        &self,
        input: &'r Resolved,
        names: &[String],
        query: &Query,
        wanted: impl Fn(&Column) -> bool,
    ) -> Result<Vec<&'r Column>> {
        if names.is_empty() {
            return Ok(input.columns.iter().filter(|c| wanted(c)).collect());
        }
        let mut chosen = Vec::with_capacity(names.len());
        for name in names {
            let found = input.columns.iter().find(|c| self.same_name(c.name(), name));
            match found {
                Some(column) => chosen.push(column),
                None => {
                    let scope = Scope::new(&[input], query, None)?;
                    return Err(self.unresolved_column(std::slice::from_ref(name), &scope));
                }
            }
        }
        Ok(chosen)
    }

    /// A projection of `input` to expressions that refer to its columns by id.
    fn project_resolved(&self, input: Resolved, expressions: &[Expr], query: &Query) -> Result<Resolved> {
        let scope = Scope::new(&[&input], query, None)?;
        let items = self.select_list(expressions, scope)?;
        let mut projected = match items.iter().any(|i| super::project::contains_aggregate(&i.expr)) {
            true => self.global_aggregate(input, items)?,
            false => self.select(input, items)?,
        };
        projected.rebuild = None;
        Ok(projected)
    }
}

/// A reference to a column of the input.
fn reference(column: &Column) -> Expr {
    lang::ir::ExprKind::Resolved(column.id.clone()).into()
}

/// The name of a kind for messages: the variant's name.
fn kind_name(kind: &K) -> String {
    let debug = format!("{kind:?}");
    debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_string()
}
