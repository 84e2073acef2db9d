//! SHOW … AS JSON: the answers of SHOW TABLES, SHOW TABLE EXTENDED and SHOW PARTITIONS as one document.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{PartitionSpec, Show};
use lang::{Error, Result};
use serde_json::{Map, Value, json};

use crate::catalog::{CATALOG, Pattern};
use crate::operation::Operation;
use crate::partitions::fits;
use crate::rows::{self, text};
use crate::session::Session;
use crate::show::Listed;

impl Session {
    pub(crate) async fn show_json(
        self: &Arc<Self>,
        show: Show,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let document = match show {
            Show::Tables { database, pattern } => {
                let listed = self.list(database.as_deref(), &Pattern::new(pattern.as_deref()))?;
                json!({"tables": listed.iter().map(short).collect::<Vec<_>>()})
            }
            Show::TableExtended { database, pattern } => {
                let listed = self.list(database.as_deref(), &Pattern::new(Some(&pattern)))?;
                json!({"tables": listed.iter().map(long).collect::<Result<Vec<_>>>()?})
            }
            Show::Partitions { table, partition } => {
                json!({"partitions": self.partition_objects(&table, &partition, operation).await?})
            }
            _ => return Err(Error::unsupported("this form of SHOW … AS JSON")),
        };
        rows::batch(vec![text("json_metadata")], vec![vec![document.to_string().into()]])
    }

    /// The values of each partition under the names of their columns.
    async fn partition_objects(
        self: &Arc<Self>,
        name: &[String],
        wanted: &PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<Vec<Value>> {
        // Refuses tables without partitions.
        self.partitions(name, wanted, operation).await?;
        let table = self.table_of(name, "SHOW PARTITIONS")?;
        let wanted = self.partition_values(&table, wanted, operation).await?;
        let all = self.engine().catalog.partitions_of(&table).await?;
        let object = |values: &Vec<Option<String>>| {
            let pairs = table.partition_by.iter().zip(values);
            Value::Object(pairs.map(|(column, value)| (column.clone(), json!(value))).collect::<Map<_, _>>())
        };
        Ok(all.iter().filter(|p| fits(&wanted, p)).map(|p| object(&p.values)).collect())
    }
}

fn short(listed: &Listed) -> Value {
    match listed {
        Listed::Entry(entry) => {
            let name = entry.name();
            json!({"name": name.table, "namespace": [name.database], "isTemporary": false})
        }
        Listed::Temporary(database, name, _) => {
            let namespace: Vec<_> =
                Some(*database).filter(|database| !database.is_empty()).into_iter().collect();
            json!({"name": name, "namespace": namespace, "isTemporary": true})
        }
    }
}

fn long(listed: &Listed) -> Result<Value> {
    match listed {
        Listed::Entry(entry) => {
            let name = entry.name();
            Ok(json!({
                "name": name.table,
                "catalog": CATALOG,
                "namespace": [name.database],
                "type": entry.kind(),
                "isTemporary": false,
            }))
        }
        Listed::Temporary(..) => Err(Error::unsupported("temporary views in SHOW TABLE EXTENDED … AS JSON")),
    }
}
