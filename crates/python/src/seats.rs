//! How many workers one operator of a plan has at once.
//!
//! There are as many seats as cores. A plan may need more than that to go on at all: whoever merges sorted partitions
//! waits for each of them, and an operator that is fed by another one's workers waits for those. So a conversation stands
//! still while nobody takes its answers, or while it waits for rows that come from other workers; when all that have
//! seats stand still, one more is let in.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream};
use futures::Stream;
use tokio::sync::Notify;

/// The seats of one operator.
#[derive(Debug)]
pub(crate) struct Seats {
    count: usize,
    taken: Mutex<Taken>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// So many of them stand still.
    still: usize,
}

/// A place among those that run; it is free again when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
}

/// While it lives, a conversation stands still.
#[derive(Debug)]
pub(crate) struct Standstill {
    seats: Arc<Seats>,
}

impl Seats {
    pub(crate) fn new() -> Arc<Seats> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Arc::new(Seats { count: cores, taken: Mutex::default(), changed: Notify::new() })
    }

    /// Waits for a seat.
    pub(crate) async fn take(self: &Arc<Self>) -> Seat {
        loop {
            let changed = self.changed.notified();
            {
                let mut taken = self.taken();
                if taken.all < self.count || taken.all == taken.still {
                    taken.all += 1;
                    // There may be room for another one who waits.
                    self.changed.notify_one();
                    return Seat { seats: Arc::clone(self) };
                }
            }
            changed.await;
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Taken)) {
        let mut taken = self.taken();
        change(&mut taken);
        let is_free = taken.all < self.count || taken.all == taken.still;
        drop(taken);
        if is_free {
            self.changed.notify_one();
        }
    }
}

impl Seat {
    pub(crate) fn stand_still(&self) -> Standstill {
        still(&self.seats)
    }

    /// The same rows; while they are waited for, the conversation stands still.
    pub(crate) fn still_without(&self, rows: SendableRecordBatchStream) -> SendableRecordBatchStream {
        Box::pin(Awaited { rows, seats: Arc::clone(&self.seats), still: None })
    }
}

fn still(seats: &Arc<Seats>) -> Standstill {
    seats.change(|taken| taken.still += 1);
    Standstill { seats: Arc::clone(seats) }
}

/// Rows that a conversation waits for.
struct Awaited {
    rows: SendableRecordBatchStream,
    seats: Arc<Seats>,
    still: Option<Standstill>,
}

impl Stream for Awaited {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.rows.as_mut().poll_next(context);
        if polled.is_ready() {
            self.still = None;
        } else if self.still.is_none() {
            self.still = Some(still(&self.seats));
        }
        polled
    }
}

impl RecordBatchStream for Awaited {
    fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }
}

impl Drop for Standstill {
    fn drop(&mut self) {
        self.seats.change(|taken| taken.still -= 1);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.change(|taken| taken.all -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn has_room(seats: &Arc<Seats>) -> bool {
        tokio::time::timeout(Duration::from_millis(20), seats.take()).await.is_ok()
    }

    #[tokio::test]
    async fn one_more_is_let_in_when_all_stand_still() {
        let seats = Arc::new(Seats { count: 2, taken: Mutex::default(), changed: Notify::new() });
        let (first, second) = (seats.take().await, seats.take().await);
        assert!(!has_room(&seats).await);
        let still = first.stand_still();
        assert!(!has_room(&seats).await);
        {
            let _second = second.stand_still();
            assert!(has_room(&seats).await);
        }
        assert!(!has_room(&seats).await);
        drop(still);
        drop(first);
        assert!(has_room(&seats).await);
    }
}
