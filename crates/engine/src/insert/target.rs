//! What an insert writes where, and which partitions go with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::FutureExt;
use lang::ir::{Insert, Options, SaveMode};
use lang::{Error, Result};
use plan::contract::WriteRequest;

use crate::catalog::{Entry, Partition, Table, values_of};
use crate::environment::lower_keys;
use crate::operation::Operation;
use crate::partitions::fits;
use crate::session::{Session, now_micros};
use crate::write::{Then, Written};

/// What is written where.
pub(super) struct Target {
    location: String,
    /// The one partition written has a location of its own, so its folder holds no partition folders.
    pub(super) own_location: bool,
    /// Only partitions that get rows are replaced.
    pub(super) dynamic: bool,
    /// The partition that exists afterwards, with or without rows.
    fixed: Option<Vec<Option<String>>>,
    /// Partitions that go unless they get rows.
    going: Vec<Partition>,
}

impl Target {
    pub(super) fn request(&self, table: &Table, overwrite: bool, conf: Options) -> WriteRequest {
        WriteRequest {
            format: table.format.clone(),
            path: self.location.clone(),
            mode: if overwrite { SaveMode::Overwrite } else { SaveMode::Append },
            partition_by: if self.own_location { Vec::new() } else { table.partition_by.clone() },
            options: lower_keys(&table.options),
            conf,
            dynamic_overwrite: self.dynamic && !self.own_location,
        }
    }
}

impl Session {
    /// `None` when there is nothing to do: the partition exists and the statement says IF NOT EXISTS.
    pub(super) async fn target(
        self: &Arc<Self>,
        insert: &Insert,
        table: &Table,
        operation: &Arc<Operation>,
    ) -> Result<Option<Target>> {
        let mut target = Target {
            location: table.location.clone(),
            own_location: false,
            dynamic: false,
            fixed: None,
            going: Vec::new(),
        };
        if table.partition_by.is_empty() {
            return Ok(Some(target));
        }
        let wanted = self.partition_values(table, &insert.partition, operation).await?;
        let present = self.engine().catalog.partitions_of(table).await?;
        let is_fixed = wanted.iter().all(Option::is_some);
        let matching: Vec<_> = present.iter().filter(|partition| fits(&wanted, partition)).cloned().collect();
        if is_fixed {
            if insert.if_not_exists && !matching.is_empty() {
                return Ok(None);
            }
            target.fixed = wanted.iter().cloned().collect();
            if let [Partition { location: Some(location), .. }] = matching.as_slice() {
                target.location = location.clone();
                target.own_location = true;
                return Ok(Some(target));
            }
        } else if present.iter().any(|partition| partition.location.is_some()) {
            return Err(Error::unsupported(
                "writing into several partitions of a table when some have a LOCATION",
            ));
        }
        if insert.overwrite {
            let by_setting = self.overwrites_dynamically(&lower_keys(&insert.options))?;
            target.dynamic = by_setting || wanted.iter().any(Option::is_some);
            if !by_setting || is_fixed {
                target.going = matching;
            }
        }
        Ok(Some(target))
    }

    /// Enters the partitions that a write has made, and removes those it has replaced by nothing.
    pub(super) fn enter_partitions(self: &Arc<Self>, table: &Table, target: Target) -> Then {
        let (session, table) = (Arc::clone(self), table.clone());
        Box::new(move |written: Written| {
            async move {
                let columns = &table.partition_by;
                let mut made: BTreeSet<_> =
                    written.folders.iter().filter_map(|folder| values_of(folder, columns)).collect();
                let is_gone =
                    |partition: &Partition| !target.own_location && !made.contains(&partition.values);
                let going: Vec<_> = target.going.iter().filter(|p| is_gone(p)).cloned().collect();
                made.extend(target.fixed.clone());
                session.enter_made(&table, made.clone(), going.clone()).await?;
                if target.dynamic {
                    for partition in going {
                        // Nobody reads these any more; the fixed one is read, and empty.
                        session
                            .engine()
                            .sources
                            .remove(&partition.path(&table), &session.source_conf())
                            .await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
    }

    async fn enter_made(
        &self,
        table: &Table,
        made: BTreeSet<Vec<Option<String>>>,
        going: Vec<Partition>,
    ) -> Result<()> {
        if made.is_empty() && going.is_empty() && !has_statistics(table) {
            return Ok(());
        }
        let table = table.clone();
        let change = self.engine().catalog.change(move |change| {
            for partition in &going {
                if !made.contains(&partition.values) {
                    change.remove_partition(&table, &partition.values)?;
                }
            }
            for values in made {
                change.add_partition(&table, &Partition::new(values, now_micros()))?;
            }
            if has_statistics(&table) {
                change.alter(&table.name, |entry| {
                    clear_statistics(entry);
                    Ok(())
                })?;
            }
            Ok(())
        });
        change.await
    }

    /// What ANALYZE TABLE found is not true any more.
    pub(crate) async fn forget_statistics(&self, table: &Table) -> Result<()> {
        if !has_statistics(table) {
            return Ok(());
        }
        let name = table.name.clone();
        let change = self.engine().catalog.change(move |change| {
            change.alter(&name, |entry| {
                clear_statistics(entry);
                Ok(())
            })
        });
        change.await
    }
}

fn has_statistics(table: &Table) -> bool {
    table.statistics.is_some() || !table.column_statistics.is_empty()
}

fn clear_statistics(entry: &mut Entry) {
    if let Entry::Table(table) = entry {
        table.statistics = None;
        table.column_statistics.clear();
    }
}
