//! ALTER TABLE … ADD, DROP, RENAME PARTITION and SET LOCATION.

use std::sync::Arc;

use lang::ir::PartitionSpec;
use lang::{Error, Result};

use crate::catalog::{Entry, Partition, Table};
use crate::create_table::{local_folder, make_folder};
use crate::operation::Operation;
use crate::partitions::{fits, full, partitions_exist, partitions_not_found, unpartitioned};
use crate::session::{Session, now_micros};

impl Session {
    pub(crate) async fn add_partitions(
        self: &Arc<Self>,
        table: &Table,
        specs: Vec<(PartitionSpec, Option<String>)>,
        if_not_exists: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if table.partition_by.is_empty() {
            return Err(unpartitioned(table, "ALTER TABLE ADD PARTITION"));
        }
        let mut partitions = Vec::with_capacity(specs.len());
        for (spec, location) in specs {
            let values = full(table, self.partition_values(table, &spec, operation).await?, &spec)?;
            let location = location.filter(|location| !location.is_empty());
            partitions.push(Partition { location, ..Partition::new(values, now_micros()) });
        }
        for partition in &partitions {
            make_folder(&partition.path(table))?;
        }
        let added = table.clone();
        let change = self.engine().catalog.change(move |change| {
            for partition in &partitions {
                if !change.add_partition(&added, partition)? && !if_not_exists {
                    return Err(partitions_exist(&added, &partition.values));
                }
            }
            Ok(())
        });
        change.await?;
        self.cache.invalidate(&table.location);
        Ok(())
    }

    /// A specification may leave columns open: all partitions that fit go.
    pub(crate) async fn drop_partitions(
        self: &Arc<Self>,
        table: &Table,
        specs: Vec<PartitionSpec>,
        if_exists: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if table.partition_by.is_empty() {
            return Err(unpartitioned(table, "ALTER TABLE DROP PARTITION"));
        }
        let mut wanted = Vec::with_capacity(specs.len());
        for spec in &specs {
            wanted.push(self.partition_values(table, spec, operation).await?);
        }
        let from = table.clone();
        let change = self.engine().catalog.change(move |change| {
            let present = change.partitions(&from)?;
            let mut dropped = Vec::new();
            let mut missing = Vec::new();
            for wanted in wanted {
                let found: Vec<_> = present.iter().filter(|p| fits(&wanted, p)).cloned().collect();
                if found.is_empty() {
                    missing.push(wanted);
                }
                dropped.extend(found);
            }
            if !missing.is_empty() && !if_exists {
                return Err(partitions_not_found(&from, &missing));
            }
            for partition in &dropped {
                change.remove_partition(&from, &partition.values)?;
            }
            Ok(dropped)
        });
        let dropped = change.await?;
        self.cache.invalidate(&table.location);
        if table.managed {
            for partition in dropped {
                self.engine().sources.remove(&partition.path(table), &self.source_conf()).await?;
            }
        }
        Ok(())
    }

    /// The folder of a managed table's partition moves with its values.
    pub(crate) async fn rename_partition(
        self: &Arc<Self>,
        table: &Table,
        from: PartitionSpec,
        to: PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if table.partition_by.is_empty() {
            return Err(unpartitioned(table, "ALTER TABLE RENAME PARTITION"));
        }
        let old = full(table, self.partition_values(table, &from, operation).await?, &from)?;
        let new = full(table, self.partition_values(table, &to, operation).await?, &to)?;
        let moved = table.clone();
        let change = self.engine().catalog.change(move |change| {
            let present = change.partitions(&moved)?;
            let Some(found) = present.iter().find(|partition| partition.values == old) else {
                let wanted = old.into_iter().map(Some).collect();
                return Err(partitions_not_found(&moved, &[wanted]));
            };
            if present.iter().any(|partition| partition.values == new) {
                return Err(partitions_exist(&moved, &new));
            }
            let renamed = Partition { values: new, ..found.clone() };
            change.remove_partition(&moved, &found.values)?;
            change.put_partition(&moved, &renamed)?;
            // The last step: when it fails nothing has changed.
            move_folder(&found.path(&moved), &renamed.path(&moved))
        });
        change.await?;
        self.cache.invalidate(&table.location);
        Ok(())
    }

    pub(crate) async fn set_location(
        self: &Arc<Self>,
        table: &Table,
        partition: PartitionSpec,
        location: String,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let old = table.clone();
        if partition.is_empty() {
            let change = self.engine().catalog.change(move |change| {
                // Partitions stay where they are.
                for mut partition in change.partitions(&old)? {
                    partition.location = Some(partition.path(&old));
                    change.put_partition(&old, &partition)?;
                }
                change.alter(&old.name, |entry| {
                    if let Entry::Table(table) = entry {
                        table.location = location;
                    }
                    Ok(())
                })
            });
            change.await?;
        } else {
            if table.partition_by.is_empty() {
                return Err(unpartitioned(table, "ALTER TABLE ... SET LOCATION"));
            }
            let values = full(table, self.partition_values(table, &partition, operation).await?, &partition)?;
            let change = self.engine().catalog.change(move |change| {
                let present = change.partitions(&old)?;
                match present.into_iter().find(|partition| partition.values == values) {
                    None => {
                        let wanted = values.into_iter().map(Some).collect();
                        Err(partitions_not_found(&old, &[wanted]))
                    }
                    Some(found) => {
                        change.put_partition(&old, &Partition { location: Some(location), ..found })
                    }
                }
            });
            change.await?;
        }
        self.cache.invalidate(&table.location);
        Ok(())
    }
}

fn move_folder(from: &str, to: &str) -> Result<()> {
    if from == to {
        return Ok(());
    }
    let (Some(from), Some(to)) = (local_folder(from), local_folder(to)) else {
        return Err(Error::unsupported("renaming partitions in an object store"));
    };
    let failed = |e: std::io::Error| {
        Error::new(lang::ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
            .with("path", from)
            .with("reason", e.to_string())
    };
    if let Some(parent) = std::path::Path::new(to).parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    match std::fs::rename(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        moved => moved.map_err(failed),
    }
}
