//! SHOW PARTITIONS: the folders of a table's partition columns, found by reading those columns alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use lang::ir::{Aggregate, CastMode, Expr, ExprKind, Grouping, Insert, Relation, RelationKind};
use lang::{DataType, Error, Result};

use crate::catalog::Table;
use crate::operation::Operation;
use crate::persist::table;
use crate::rows;
use crate::session::Session;
use crate::show::not_partitioned;

/// The folder name of a NULL partition value.
const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

impl Session {
    /// `a=1/b=x` for every partition that has rows, sorted; only those of `wanted` values.
    pub(crate) async fn partitions(
        self: &Arc<Self>,
        name: &[String],
        wanted: &[(String, Option<Expr>)],
        operation: &Arc<Operation>,
    ) -> Result<Vec<String>> {
        let description = self.table_of(name, "SHOW PARTITIONS")?;
        let columns = &description.partition_by;
        if columns.is_empty() {
            return Err(not_partitioned(&description.name));
        }
        let mut input = table(name);
        for (column, value) in wanted {
            if !description.is_partition_column(column) {
                return Err(Error::analysis("PARTITIONS_NOT_FOUND")
                    .with("partitionList", crate::catalog::quoted(&[column]))
                    .with("tableName", description.name.quoted()));
            }
            if let Some(value) = value {
                let condition = Expr::call("==", vec![Expr::column(column), value.clone()]);
                input = Relation::new(RelationKind::Filter { input, condition });
            }
        }
        let analyzed = self.analyze(&distinct_texts(input, columns), operation).await?;
        let batch = rows::concatenated(self.rows(analyzed, operation).await?).await?;
        let mut names = BTreeSet::new();
        for row in 0..batch.num_rows() {
            let parts = columns
                .iter()
                .zip(batch.columns())
                .map(|(column, values)| format!("{column}={}", partition_text(values, row)));
            names.insert(parts.collect::<Vec<_>>().join("/"));
        }
        Ok(names.into_iter().collect())
    }
}

impl Session {
    /// The values of `PARTITION (p = 1)` as folders are named by them, in the table's order.
    pub(crate) async fn partition_texts(
        self: &Arc<Self>,
        insert: &Insert,
        table: &Table,
        operation: &Arc<Operation>,
    ) -> Result<Vec<String>> {
        let texts = table.partition_by.iter().map(|column| {
            let given = insert.partition.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
            let value = given.and_then(|(_, value)| value.clone());
            let field = table.schema.fields.iter().find(|field| field.name == *column);
            let (Some(value), Some(field)) = (value, field) else {
                return Err(Error::internal(format!("no value for the partition column {column}")));
            };
            Ok(cast(cast(value, field.data_type.clone()), DataType::STRING).alias(column))
        });
        let expressions = texts.collect::<Result<_>>()?;
        let one_row = Relation::new(RelationKind::OneRow);
        let values = Relation::new(RelationKind::Project { input: one_row, expressions });
        let analyzed = self.analyze(&values, operation).await?;
        let batch = rows::concatenated(self.rows(analyzed, operation).await?).await?;
        Ok(batch.columns().iter().map(|column| partition_text(column, 0)).collect())
    }
}

fn partition_text(values: &ArrayRef, row: usize) -> String {
    let values = values.as_string::<i32>();
    if values.is_null(row) { NULL_PARTITION.to_string() } else { values.value(row).to_string() }
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    ExprKind::Cast { expr: Box::new(expr), data_type, mode: CastMode::Session }.into()
}

/// The distinct values of columns as text.
fn distinct_texts(input: Relation, columns: &[String]) -> Relation {
    let texts = columns.iter().map(|column| cast(Expr::column(column), DataType::STRING).alias(column));
    let grouping = columns.iter().map(Expr::column).collect();
    let aggregate = Aggregate {
        input,
        grouping: Grouping::By(grouping),
        aggregates: texts.collect(),
        groups_in_output: false,
        having: None,
        pivot: None,
    };
    Relation::new(RelationKind::Aggregate(aggregate))
}
