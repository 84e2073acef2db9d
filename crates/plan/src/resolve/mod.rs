//! The resolver: one file for each kind of relation, one for each kind of expression.
//!
//! ```text
//! relation() ──► from, project, aggregate, join …   each: inputs first, then its own expressions in their Scope
//! expression() ──► attribute, function, window, subquery …   each: IR Expr + Scope ──► Argument (typed Expr)
//! ```
//!
//! # Invariants
//! - A column's id (`name#7`) is unique in the whole plan; [`Resolved::columns`] says which of the plan's columns are
//!   visible. The plan may carry more.
//! - Types and nullability in [`Resolved::columns`] are those of the plan's schema.
//! - Plans do not grow with the length of what was written where it can be helped: chains of calls become few projections
//!   (`chain`), chains of unions one (`set_operation`), rows of constants one batch (`values`).

mod aggregate;
mod as_of;
mod attribute;
mod bounds;
mod chain;
mod char_column;
mod collated;
mod columns;
mod composed;
mod decorrelate;
mod deduplicate;
mod evaluate;
mod expression;
mod filter;
mod from;
mod function;
mod generated_groups;
mod generator;
mod group_keys;
mod higher_order;
mod hint;
mod in_order;
mod input_file;
mod join;
mod lake;
mod limit;
mod literal;
mod local;
mod long;
mod lookup;
mod missing;
mod modify;
mod named_arguments;
mod naming;
mod nearest_by;
mod observe;
mod parse;
mod pinned;
mod pipe_set;
mod pivot;
mod project;
mod python_aggregate;
mod python_iterate;
mod python_map;
mod python_placed;
mod python_source;
mod python_table;
mod python_window;
mod qualify;
mod recursive;
mod relation;
mod repartition;
mod routine;
mod sample;
mod scope;
mod set_operation;
mod single_variant;
mod sort;
mod star;
mod subquery;
mod time_travel;
mod time_window;
mod unnest;
mod values;
mod variable;
mod window;
mod zip;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arrow::datatypes::{Field, FieldRef};
use datafusion::common::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan};
use lang::ir::{self, Relation};
use lang::{Error, Result};

use crate::Environment;
pub use local::read_stream;
use missing::Rebuild;
use scope::{Origins, Query};

/// A relation with its meaning.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// Columns of the plan's schema are named by [`Column::id`]; it may have more columns than `columns` lists.
    pub plan: LogicalPlan,
    pub columns: Vec<Column>,
    /// Columns that can be referred to but are not output: the other side's keys of a USING join.
    pub(crate) hidden: Vec<Column>,
    /// Which DataFrames (by plan id) this one was made of.
    pub(crate) origins: Arc<Origins>,
    /// How to add columns below, for ORDER BY and filters that refer to columns the projection dropped.
    pub(crate) rebuild: Option<Arc<Rebuild>>,
}

/// An output column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The opaque unique name inside the plan.
    pub id: String,
    /// The name users see, with type, nullability and Spark metadata.
    pub field: FieldRef,
    /// Table or alias the column can be qualified by: `["t"]`, `["spark_catalog", "db", "t"]`.
    pub qualifier: Vec<String>,
}

impl Column {
    pub fn name(&self) -> &str {
        self.field.name()
    }

    pub(crate) fn expr(&self) -> Expr {
        functions::definition::column(&self.id)
    }
}

impl Resolved {
    /// The schema users see.
    pub fn schema(&self) -> lang::StructType {
        let fields: Vec<FieldRef> = self.columns.iter().map(|c| Arc::clone(&c.field)).collect();
        functions::types::from_fields(&fields.into())
    }

    /// The same rows under other columns; what was known of the inside is forgotten.
    pub(crate) fn new(plan: LogicalPlan, columns: Vec<Column>, inputs: &[&Resolved]) -> Self {
        let origins = Origins::of(inputs);
        let columns = refresh(&plan, columns);
        Resolved { plan, columns, hidden: Vec::new(), origins, rebuild: None }
    }

    /// A plan with exactly the visible columns, in order.
    pub fn exact(&self) -> Result<LogicalPlan> {
        let schema = self.plan.schema();
        let same = schema.fields().len() == self.columns.len()
            && schema.fields().iter().zip(&self.columns).all(|(f, c)| *f.name() == c.id);
        if same {
            return Ok(self.plan.clone());
        }
        project::projection(self.plan.clone(), self.columns.iter().map(Column::expr).collect())
    }
}

/// Takes type and nullability of the columns from the plan.
fn refresh(plan: &LogicalPlan, mut columns: Vec<Column>) -> Vec<Column> {
    let fields = plan.schema().fields();
    // Most plans have the columns where the list has them.
    let mut by_name: Option<HashMap<&str, &FieldRef>> = None;
    for (index, column) in columns.iter_mut().enumerate() {
        let found = match fields.get(index) {
            Some(field) if *field.name() == column.id => Some(field),
            _ => {
                let named = || fields.iter().map(|field| (field.name().as_str(), field)).collect();
                by_name.get_or_insert_with(named).get(column.id.as_str()).copied()
            }
        };
        if let Some(field) = found {
            take_type(column, field);
        }
    }
    columns
}

fn take_type(column: &mut Column, field: &Field) {
    let own = &column.field;
    let metadata = if own.metadata().is_empty() { field.metadata() } else { own.metadata() };
    if own.data_type() == field.data_type()
        && own.is_nullable() == field.is_nullable()
        && own.metadata() == metadata
    {
        return;
    }
    let typed = Field::new(own.name(), field.data_type().clone(), field.is_nullable());
    column.field = Arc::new(typed.with_metadata(metadata.clone()));
}

/// Resolves relations against one environment.
pub struct Resolver<'a> {
    environment: &'a dyn Environment,
    next_id: Arc<AtomicUsize>,
    /// How many relations and expressions enclose the one that is being resolved.
    depth: Arc<AtomicUsize>,
    /// Whether there are calls that have to be put in their place.
    python_calls: Arc<AtomicBool>,
}

impl<'a> Resolver<'a> {
    pub fn new(environment: &'a dyn Environment) -> Self {
        Resolver { environment, next_id: Arc::default(), depth: Arc::default(), python_calls: Arc::default() }
    }

    /// # Errors
    /// Spark's analysis errors.
    pub fn resolve(&self, relation: &Relation) -> Result<Resolved> {
        let mut resolved = self.relation(relation, &Query::default(), None)?;
        resolved.plan = self.python_placed(self.decorrelated(resolved.plan)?)?;
        Ok(resolved)
    }

    /// A resolver of parts of the same plan in another environment.
    fn within<'e>(&self, environment: &'e dyn Environment) -> Resolver<'e> {
        Resolver {
            environment,
            next_id: Arc::clone(&self.next_id),
            depth: Arc::clone(&self.depth),
            python_calls: Arc::clone(&self.python_calls),
        }
    }

    /// A constant expression (no columns), as statements outside queries need: `PARTITION (p = 1 + 1)`.
    pub fn constant(&self, expr: &ir::Expr) -> Result<functions::Argument> {
        let input = self.one_row()?;
        let query = Query::default();
        let scope = scope::Scope::new(&[&input], &query, None)?;
        self.expression(expr, &scope)
    }

    /// A new id for a column of that name.
    fn fresh(&self, name: &str) -> String {
        format!("{name}#{}", self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    /// A new column; its type is taken from the plan later.
    fn fresh_column(&self, field: &Field, qualifier: Vec<String>) -> Column {
        Column { id: self.fresh(field.name()), field: Arc::new(field.clone()), qualifier }
    }
}

/// An error of DataFusion's plan building as one of ours.
fn planning(error: DataFusionError) -> Error {
    functions::error::from_datafusion(error)
}
