//! Folders of tables that are being made: nobody else makes a table there meanwhile, and what a server that was killed left
//! there is cleared away.

use std::sync::Arc;
use std::time::Duration;

use lang::{Error, Result};

use crate::catalog::{Catalog, Table};
use crate::create_table::has_files;
use crate::operation::Operation;
use crate::session::Session;

/// How often it is looked whether another table's making has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A folder that is one operation's until it is released or dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    catalog: Arc<Catalog>,
    location: Option<String>,
}

impl Reservation {
    /// The mark is taken away by somebody else: together with what was done.
    pub(crate) fn handed_over(mut self) {
        self.location = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let Some(location) = self.location.take() else { return };
        let Ok(handle) = tokio::runtime::Handle::try_current() else { return };
        let catalog = Arc::clone(&self.catalog);
        handle.spawn(async move { catalog.change(move |change| change.finish(&location)).await });
    }
}

/// What stands in the way of making a table.
enum Found {
    Nothing,
    /// It is there already.
    Table,
    /// Somebody's mark.
    Begun(String),
    Reserved,
}

impl Session {
    /// Reserves the folder of a managed table that is to be made. `None` when the table exists by now, unless it is to be
    /// replaced.
    ///
    /// # Errors
    /// `LOCATION_ALREADY_EXISTS` when there are files of nobody's.
    pub(crate) async fn reserve(
        &self,
        table: &Table,
        replace: bool,
        operation: &Arc<Operation>,
    ) -> Result<Option<Reservation>> {
        let catalog = &self.engine().catalog;
        let reservation =
            || Some(Reservation { catalog: Arc::clone(catalog), location: Some(table.location.clone()) });
        let mut reserve = false;
        loop {
            match self.look(table, replace, reserve).await? {
                Found::Reserved => return Ok(reservation()),
                Found::Table if !replace => return Ok(None),
                Found::Nothing if has_files(&table.location) => {
                    return Err(Error::analysis("LOCATION_ALREADY_EXISTS")
                        .with("location", format!("'{}'", table.location))
                        .with("identifier", table.name.quoted()));
                }
                Found::Nothing | Found::Table => reserve = true,
                Found::Begun(server) => {
                    if self.takes_over(table, server).await? {
                        return Ok(reservation());
                    }
                    let pause = async {
                        tokio::time::sleep(LOOK_AGAIN).await;
                        Ok(())
                    };
                    operation.unless_interrupted(pause).await?;
                    reserve = false;
                }
            }
        }
    }

    async fn look(&self, table: &Table, replace: bool, reserve: bool) -> Result<Found> {
        let (name, location) = (table.name.clone(), table.location.clone());
        let look = self.engine().catalog.change(move |change| {
            if let Some(server) = change.begun_by(&location)? {
                return Ok(Found::Begun(server));
            }
            let exists = change.find(&name)?.is_some();
            if reserve && (replace || !exists) && change.begin(&location)? {
                return Ok(Found::Reserved);
            }
            Ok(if exists { Found::Table } else { Found::Nothing })
        });
        look.await
    }

    /// Takes a folder over from a server that was killed, and clears it unless it is a table's.
    async fn takes_over(&self, table: &Table, server: String) -> Result<bool> {
        let catalog = Arc::clone(&self.engine().catalog);
        let ended = {
            let (catalog, server) = (Arc::clone(&catalog), server.clone());
            tokio::task::spawn_blocking(move || catalog.has_ended(&server)).await.unwrap_or(false)
        };
        if !ended {
            return Ok(false);
        }
        let (name, location) = (table.name.clone(), table.location.clone());
        let taken = catalog.change(move |change| {
            Ok(change.take_over(&location, &server)?.then_some(change.find(&name)?.is_none()))
        });
        match taken.await? {
            None => Ok(false),
            Some(is_nobodys) => {
                if is_nobodys {
                    self.engine().sources.remove(&table.location, &self.source_conf()).await?;
                }
                Ok(true)
            }
        }
    }
}
