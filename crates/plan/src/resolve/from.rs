//! Leaves: tables, views, CTEs, sources, ranges, rows in memory.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{DFSchema, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{EmptyRelation, Expr, LogicalPlan, LogicalPlanBuilder, SubqueryAlias};
use lang::ir::{self, Options, ReadSource, Relation, TimeTravel};
use lang::{Error, Result};

use super::attribute::quoted;
use super::pinned::Pin;
use super::project::projection;
use super::scope::{CommonTable, CommonTableBody, Query, Scope};
use super::{Column, Resolved, Resolver, planning};
use crate::contract::{MEMBER_KEY, MadeUnder, OpenRequest, TableEntry};

/// Inline rows up to this many are kept as literals; DataFusion folds them into the plan.
const PARTITION_ROWS: i64 = 1 << 20;

impl Resolver<'_> {
    pub(super) fn one_row(&self) -> Result<Resolved> {
        let plan = LogicalPlan::EmptyRelation(EmptyRelation {
            produce_one_row: true,
            schema: Arc::new(DFSchema::empty()),
        });
        Ok(Resolved::new(plan, Vec::new(), &[]))
    }

    pub(super) fn table(
        &self,
        name: &[String],
        options: &Options,
        time_travel: Option<&TimeTravel>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if time_travel.is_some() || !options.is_empty() {
            return self.table_at(name, options, time_travel, query, outer);
        }
        if let [single] = name
            && let Some(common) = query.common_tables.get(&single.to_lowercase())
        {
            return self.common_table(single, common, outer);
        }
        // Spark points at no text for what it finds wrong with files.
        match self.environment.table(name).map_err(Error::placeless)? {
            None => {
                let current = quoted(&[
                    "spark_catalog".to_string(),
                    self.environment.context().current_database.to_string(),
                ]);
                let path = format!("[`system`.`builtin`, `system`.`session`, {current}]");
                Err(Error::analysis("TABLE_OR_VIEW_NOT_FOUND")
                    .with("relationName", quoted(name))
                    .with("searchPath", path))
            }
            Some(TableEntry::Table { name, provider }) => self.with_padded_texts(self.scan(provider, name)?),
            Some(TableEntry::View { name, relation, made }) => {
                if query.views.contains(&name) {
                    return Err(Error::analysis("RECURSIVE_VIEW").with("viewIdent", quoted(&name)).with(
                        "newPath",
                        query.views.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(" -> "),
                    ));
                }
                let mut inside = Query { views: query.views.clone(), ..Query::default() };
                inside.views.push(name.clone());
                let mut resolved = self.view_body(&relation, made.as_deref(), &inside)?;
                // What the view is made of is its own business.
                resolved.origins = Arc::default();
                resolved.hidden.clear();
                resolved.rebuild = None;
                resolved.columns.iter_mut().for_each(|c| c.qualifier.clone_from(&name));
                Ok(resolved)
            }
        }
    }

    /// The rows of a view, resolved under what it was made under.
    fn view_body(&self, relation: &Relation, made: Option<&MadeUnder>, query: &Query) -> Result<Resolved> {
        let Some(environment) = made.and_then(|made| self.environment.under(made)) else {
            return self.relation(relation, query, None);
        };
        let mut resolved = self.within(environment.as_ref()).relation(relation, query, None)?;
        if let Some(pin) = Pin::of(environment.context(), self.environment.context()) {
            resolved.plan = pin.plan(resolved.plan)?;
        }
        Ok(resolved)
    }

    fn common_table(&self, name: &str, common: &CommonTable, outer: Option<&Scope<'_>>) -> Result<Resolved> {
        let mut resolved = match &common.body {
            CommonTableBody::Relation(relation) => self.relation(relation, &common.query, outer)?,
            CommonTableBody::Recursive(relation, levels) => {
                self.recursive_table(name, relation, *levels, common, outer)?
            }
            CommonTableBody::Recursion { name, schema } => self.work_table(name, schema)?,
        };
        resolved.origins = Arc::default();
        resolved.rebuild = None;
        resolved.hidden.clear();
        rename(&mut resolved, &common.columns, name)?;
        resolved.columns.iter_mut().for_each(|c| c.qualifier = vec![name.to_string()]);
        Ok(resolved)
    }

    pub(super) fn with(
        &self,
        input: &Relation,
        definitions: &[ir::CommonTable],
        recursive: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let mut query = query.clone();
        for definition in definitions {
            let mut all = query.common_tables.as_ref().clone();
            let relation = Arc::new(definition.relation.clone());
            let body = match recursive {
                true => CommonTableBody::Recursive(relation, definition.max_levels),
                false => CommonTableBody::Relation(relation),
            };
            let common = CommonTable { columns: definition.columns.clone(), body, query: query.clone() };
            all.insert(definition.name.to_lowercase(), common);
            query.common_tables = Arc::new(all);
        }
        self.relation(input, &query, outer)
    }

    pub(super) fn source(&self, source: &ReadSource) -> Result<Resolved> {
        if source.is_streaming {
            return Err(Error::unsupported("streaming reads"));
        }
        if let Some(format) = &source.format
            && let Some(python) = self.environment.session_data_source(format)
        {
            return self.python_source(source, format, python);
        }
        let default =
            || self.environment.conf("spark.sql.sources.default").unwrap_or_else(|| "parquet".into());
        let request = OpenRequest {
            format: source.format.clone().unwrap_or_else(default).to_lowercase(),
            paths: source.paths.clone(),
            schema: source.schema.clone(),
            options: source.options.iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect(),
            ..OpenRequest::default()
        };
        if let Some(variants) = self.single_variant(source, &request.format)? {
            return Ok(variants);
        }
        self.scan(self.environment.open(&request)?, Vec::new())
    }

    /// A scan of a provider: every column under a new id.
    pub(super) fn scan(&self, provider: Arc<dyn TableProvider>, qualifier: Vec<String>) -> Result<Resolved> {
        let label = qualifier.last().map_or_else(|| "source".to_string(), Clone::clone);
        let name = TableReference::bare(self.fresh(&label));
        self.scan_as(provider, name, qualifier)
    }

    pub(super) fn scan_as(
        &self,
        provider: Arc<dyn TableProvider>,
        name: TableReference,
        qualifier: Vec<String>,
    ) -> Result<Resolved> {
        // A provider that is a view of a plan stands for that plan.
        let scan = LogicalPlanBuilder::scan(name, provider_as_source(provider), None)
            .and_then(|b| b.build())
            .map_err(planning)?;
        let (members, visible): (Vec<_>, Vec<_>) =
            scan.schema().iter().partition(|(_, field)| field.metadata().contains_key(MEMBER_KEY));
        let columns: Vec<Column> =
            visible.iter().map(|(_, field)| self.fresh_column(field, qualifier.clone())).collect();
        let source = |table: Option<&TableReference>, name: &str| {
            Expr::Column(datafusion::common::Column::new(table.cloned(), name))
        };
        let mut exprs: Vec<Expr> = visible
            .iter()
            .zip(&columns)
            .map(|((table, field), column)| source(*table, field.name()).alias(&column.id))
            .collect();
        let hidden = self.source_struct(&members, &columns).map(|(column, fields)| {
            let values = members.iter().zip(fields).flat_map(|((table, field), name)| {
                [datafusion::logical_expr::lit(name), source(*table, field.name())]
            });
            exprs
                .push(datafusion::functions::core::expr_fn::named_struct(values.collect()).alias(&column.id));
            column
        });
        let mut resolved = Resolved::new(projection(scan.clone(), exprs)?, columns, &[]);
        resolved.hidden = super::refresh(&resolved.plan, hidden.into_iter().collect());
        Ok(resolved)
    }

    /// The struct of what a source tells about its files, and the names of its members; none where a column of its name
    /// is in the way.
    fn source_struct(
        &self,
        members: &[(Option<&TableReference>, &Arc<Field>)],
        columns: &[Column],
    ) -> Option<(Column, Vec<String>)> {
        let name = members.first()?.1.metadata().get(MEMBER_KEY)?;
        if columns.iter().any(|column| self.same_name(column.name(), name)) {
            return None;
        }
        let last = |field: &Field| field.name().rsplit('.').next().unwrap_or_default().to_string();
        let names: Vec<String> = members.iter().map(|(_, field)| last(field)).collect();
        let fields: Vec<Field> = members
            .iter()
            .zip(&names)
            .map(|((_, field), name)| Field::new(name, field.data_type().clone(), field.is_nullable()))
            .collect();
        let field = Field::new(name, DataType::Struct(fields.into()), false);
        // Without a qualifier `t.*` does not mean it.
        Some((self.fresh_column(&field, Vec::new()), names))
    }

    /// Rows that are known already.
    pub(super) fn batch(&self, batch: RecordBatch) -> Result<Resolved> {
        self.batches(batch.schema(), vec![batch])
    }

    /// Rows in memory; column names may repeat.
    pub(super) fn batches(&self, schema: Arc<Schema>, batches: Vec<RecordBatch>) -> Result<Resolved> {
        let columns: Vec<Column> = schema.fields().iter().map(|f| self.fresh_column(f, Vec::new())).collect();
        // Positions as names: users' names may repeat, and ids belong to the columns of the plan.
        let fields: Vec<Field> = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(i, f)| f.as_ref().clone().with_name(i.to_string()))
            .collect();
        let inner = Arc::new(Schema::new(fields));
        let renamed = batches
            .into_iter()
            .map(|b| {
                let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(b.num_rows()));
                RecordBatch::try_new_with_options(Arc::clone(&inner), b.columns().to_vec(), &options)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| Error::internal(e.to_string()))?;
        let table = MemTable::try_new(inner, vec![renamed]).map_err(planning)?;
        let name = TableReference::bare(self.fresh("local"));
        let scan = LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)
            .and_then(|b| b.build())
            .map_err(planning)?;
        let exprs = scan
            .schema()
            .iter()
            .zip(&columns)
            .map(|((table, field), column)| {
                let source = datafusion::common::Column::new(table.cloned(), field.name());
                datafusion::logical_expr::Expr::Column(source).alias(&column.id)
            })
            .collect();
        Ok(Resolved::new(projection(scan, exprs)?, columns, &[]))
    }

    /// `range(start, end, step)`: one `id` column, generated in bounded batches.
    pub(super) fn range(
        &self,
        start: i64,
        end: i64,
        step: i64,
        partitions: Option<usize>,
    ) -> Result<Resolved> {
        if step == 0 {
            return Err(
                Error::analysis("ILLEGAL_ARGUMENT").with("message", "the step of a range must not be 0")
            );
        }
        let rows = range_length(start, end, step);
        if rows <= PARTITION_ROWS as i128 && partitions.unwrap_or(1) <= 1 {
            let values = Int64Array::from_iter_values((0..rows as i64).map(|i| start + i * step));
            let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
            let batch = RecordBatch::try_new(schema, vec![Arc::new(values)])
                .map_err(|e| Error::internal(e.to_string()))?;
            return self.batch(batch);
        }
        self.scan(Arc::new(crate::range::RangeTable::new(start, rows, step, partitions)), Vec::new())
    }

    pub(super) fn kept(&self, id: &str) -> Result<Resolved> {
        let kept = self.environment.kept(id)?;
        // New ids, so that a checkpoint can be joined with itself.
        let mut columns = Vec::with_capacity(kept.columns.len());
        let mut exprs = Vec::with_capacity(kept.columns.len());
        for column in &kept.columns {
            let fresh = Column { id: self.fresh(column.name()), ..column.clone() };
            exprs.push(column.expr().alias(&fresh.id));
            columns.push(fresh);
        }
        let id = TableReference::bare(self.fresh("kept"));
        let inner = SubqueryAlias::try_new(Arc::new(kept.plan.clone()), id.clone()).map_err(planning)?;
        let exprs = kept
            .columns
            .iter()
            .zip(&columns)
            .map(|(old, new)| {
                let source = datafusion::common::Column::new(Some(id.clone()), &old.id);
                datafusion::logical_expr::Expr::Column(source).alias(&new.id)
            })
            .collect();
        Ok(Resolved::new(projection(LogicalPlan::SubqueryAlias(inner), exprs)?, columns, &[]))
    }

    pub(super) fn subquery_alias(
        &self,
        input: &Relation,
        alias: &str,
        columns: &[String],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let mut resolved = self.relation(input, query, outer)?;
        rename(&mut resolved, columns, alias)?;
        resolved.columns.iter_mut().for_each(|c| c.qualifier = vec![alias.to_string()]);
        resolved.hidden.clear();
        resolved.rebuild = None;
        Ok(resolved)
    }
}

/// New names for all columns, if any are given.
fn rename(resolved: &mut Resolved, names: &[String], alias: &str) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    if names.len() != resolved.columns.len() {
        return Err(Error::analysis("ASSIGNMENT_ARITY_MISMATCH")
            .with("numExpr", names.len().to_string())
            .with("numTarget", resolved.columns.len().to_string())
            .with("name", quoted(&[alias.to_string()])));
    }
    for (column, name) in resolved.columns.iter_mut().zip(names) {
        column.field = Arc::new(column.field.as_ref().clone().with_name(name));
    }
    Ok(())
}

fn range_length(start: i64, end: i64, step: i64) -> i128 {
    let (start, end, step) = (start as i128, end as i128, step as i128);
    let distance = if step > 0 { end - start } else { start - end };
    if distance <= 0 { 0 } else { (distance + step.abs() - 1) / step.abs() }
}
