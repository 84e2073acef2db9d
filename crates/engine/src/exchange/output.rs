//! One partition of the output: what the feeds put into its queues, feed after feed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use futures::Stream;
use parking_lot::Mutex;

use super::Exchange;
use super::demand::Demand;
use super::feed::{Feeds, feed};
use super::queue::{Reader, Room, Writer, queue};
use super::range::Samples;
use super::size::Size;

/// One run of an exchange. Its feeds end with it.
pub(super) struct Run {
    feeds: Arc<Feeds>,
    /// For each feed, its writers; taken when it starts.
    writers: Mutex<Vec<Vec<Writer>>>,
    /// For each output, its readers; taken when it is asked for.
    readers: Mutex<Vec<Option<VecDeque<Reader>>>>,
    tasks: OnceLock<Vec<SpawnedTask<()>>>,
}

impl Run {
    pub(super) fn new(
        exchange: &Exchange,
        input: &Arc<dyn ExecutionPlan>,
        context: &Arc<TaskContext>,
    ) -> Arc<Run> {
        let inputs = input.output_partitioning().partition_count();
        let room = Arc::new(Room::new(input.schema(), context));
        let mut writers = Vec::with_capacity(inputs);
        let mut readers = Vec::with_capacity(exchange.outputs);
        readers.resize_with(exchange.outputs, || VecDeque::with_capacity(inputs));
        for _ in 0..inputs {
            let (feed, outputs): (Vec<_>, Vec<_>) = (0..exchange.outputs).map(|_| queue(&room)).unzip();
            writers.push(feed);
            readers.iter_mut().zip(outputs).for_each(|(output, reader)| output.push_back(reader));
        }
        let feeds = Feeds {
            input: Arc::clone(input),
            inputs,
            context: Arc::clone(context),
            routing: Arc::clone(&exchange.routing),
            targets: exchange.targets,
            outputs: exchange.outputs,
            demand: Arc::new(Demand::new(exchange.outputs)),
            room,
            samples: Samples::new(inputs, exchange.targets),
            size: exchange.merges.then(|| Size::new(inputs)),
        };
        Arc::new(Run {
            feeds: Arc::new(feeds),
            writers: Mutex::new(writers),
            readers: Mutex::new(readers.into_iter().map(Some).collect()),
            tasks: OnceLock::new(),
        })
    }

    /// An output; `None` when it was given out before.
    pub(super) fn output(run: &Arc<Run>, partition: usize) -> Option<SendableRecordBatchStream> {
        let readers = run.readers.lock().get_mut(partition)?.take()?;
        Some(Box::pin(Output { run: Arc::clone(run), readers, hungry: false }))
    }

    fn start(&self) {
        self.tasks.get_or_init(|| {
            let writers = std::mem::take(&mut *self.writers.lock());
            let spawn = |(index, writers)| SpawnedTask::spawn(feed(Arc::clone(&self.feeds), index, writers));
            writers.into_iter().enumerate().map(spawn).collect()
        });
    }
}

struct Output {
    run: Arc<Run>,
    readers: VecDeque<Reader>,
    /// Whether the feeds know that this output waits.
    hungry: bool,
}

impl Output {
    fn is_hungry(&mut self, hungry: bool) {
        if std::mem::replace(&mut self.hungry, hungry) != hungry {
            match hungry {
                true => self.run.feeds.demand.hunger(),
                false => self.run.feeds.demand.sated(),
            }
        }
    }
}

impl Stream for Output {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.run.start();
        while let Some(reader) = self.readers.front_mut() {
            match reader.poll(context) {
                Poll::Ready(Some(batch)) => {
                    self.is_hungry(false);
                    match &batch {
                        Ok(_) => self.run.feeds.demand.taken(1),
                        Err(_) => self.readers.clear(),
                    }
                    return Poll::Ready(Some(batch));
                }
                Poll::Ready(None) => {
                    self.readers.pop_front();
                }
                Poll::Pending => {
                    self.is_hungry(true);
                    return Poll::Pending;
                }
            }
        }
        self.is_hungry(false);
        Poll::Ready(None)
    }
}

impl RecordBatchStream for Output {
    fn schema(&self) -> SchemaRef {
        self.run.feeds.input.schema()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.is_hungry(false);
        let left = self.readers.iter_mut().map(Reader::abandon).sum();
        self.run.feeds.demand.taken(left);
    }
}
