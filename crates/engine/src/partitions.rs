//! SHOW PARTITIONS: the folders of a table's partition columns, found by reading those columns alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use lang::ir::{Aggregate, CastMode, Expr, ExprKind, Grouping, Relation, RelationKind};
use lang::{DataType, Error, Result};

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
            let parts = columns.iter().zip(batch.columns()).map(|(column, values)| {
                let values = values.as_string::<i32>();
                let value = if values.is_null(row) { NULL_PARTITION } else { values.value(row) };
                format!("{column}={value}")
            });
            names.insert(parts.collect::<Vec<_>>().join("/"));
        }
        Ok(names.into_iter().collect())
    }
}

/// The distinct values of columns as text.
fn distinct_texts(input: Relation, columns: &[String]) -> Relation {
    let texts = columns.iter().map(|column| {
        let expr = Box::new(Expr::column(column));
        let cast = ExprKind::Cast { expr, data_type: DataType::STRING, mode: CastMode::Session };
        Expr::from(cast).alias(column)
    });
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
