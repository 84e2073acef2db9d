//! The task that empties one partition of the input into the queues of all outputs.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::ExecutionPlan;
use futures::StreamExt;

use super::demand::Demand;
use super::queue::{Reader, Room, Writer, queue};
use super::range::{Sample, Samples};
use super::route::{Router, Routing, Rule, Slices, divided};
use super::size::{Size, Spread};

/// Rows that make up a batch of an output, if there are enough of them.
const ROWS_AN_OUTPUT: usize = 256;
/// However many outputs there are, so many rows are divided at once.
const MOST_ROWS: usize = 1 << 16;

/// What the feeds of an exchange share.
pub(super) struct Feeds {
    pub(super) input: Arc<dyn ExecutionPlan>,
    pub(super) inputs: usize,
    pub(super) context: Arc<TaskContext>,
    pub(super) routing: Arc<Routing>,
    pub(super) targets: usize,
    pub(super) outputs: usize,
    pub(super) demand: Arc<Demand>,
    pub(super) room: Arc<Room>,
    pub(super) samples: Samples,
    /// Where small partitions are merged.
    pub(super) size: Option<Size>,
}

/// Empties partition `index` into one writer for each output.
pub(super) async fn feed(feeds: Arc<Feeds>, index: usize, mut writers: Vec<Writer>) {
    let mut unfinished = Unfinished { feeds: Some(&feeds) };
    match feeds.run(index, &mut writers).await {
        Ok(()) => writers.into_iter().for_each(Writer::end),
        Err(error) => {
            let error = Arc::new(error);
            feeds.fail(&error);
            writers.into_iter().for_each(|writer| writer.fail(DataFusionError::Shared(Arc::clone(&error))));
        }
    }
    unfinished.feeds = None;
}

/// A feed that panics must not leave the others waiting.
struct Unfinished<'f> {
    feeds: Option<&'f Feeds>,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(feeds) = self.feeds {
            let error = DataFusionError::Internal("a feed of an exchange has ended early".to_string());
            feeds.fail(&Arc::new(error));
        }
    }
}

impl Feeds {
    /// Whoever waits for all feeds waits no longer.
    fn fail(&self, error: &Arc<DataFusionError>) {
        self.samples.fail(Arc::clone(error));
        if let Some(size) = &self.size {
            size.fail();
        }
    }

    async fn run(&self, index: usize, writers: &mut [Writer]) -> Result<()> {
        match self.routing.as_ref() {
            Routing::RoundRobin => {
                let start = functions::partition::round_robin_start(index, self.targets);
                self.pass(index, Rule::Turn(start), writers).await
            }
            Routing::RoundRobinOfSlices => self.slices(index, writers).await,
            Routing::Number(number) => self.pass(index, Rule::Number(Arc::clone(number)), writers).await,
            Routing::Range(order) => self.range(index, order, writers).await,
        }
    }

    /// Rows go on as they come, once it is known whether they are few.
    async fn pass(&self, index: usize, rule: Rule, writers: &mut [Writer]) -> Result<()> {
        let mut rows = self.input.execute(index, Arc::clone(&self.context))?;
        let mut held = Vec::new();
        let mut spread = Spread::Exact;
        if let Some(size) = &self.size {
            while size.decided().is_none() {
                let Some(batch) = rows.next().await else {
                    size.end();
                    break;
                };
                let batch = batch?;
                size.add(&batch);
                held.push(batch);
            }
            spread = size.spread().await?;
        }
        let mut router = Router::new(rule, self.targets, self.outputs, spread);
        if spread == Spread::One {
            return self.put(router.by_target(&held)?, &mut writers[0]);
        }
        let mut division = Division { feeds: self, router, pending: Vec::new(), rows: 0 };
        for batch in held {
            division.add(batch, writers).await?;
        }
        while let Some(batch) = rows.next().await {
            division.add(batch?, writers).await?;
        }
        division.flush(writers).await
    }

    /// All rows wait until they are counted.
    async fn slices(&self, index: usize, writers: &mut [Writer]) -> Result<()> {
        let mut rows = self.input.execute(index, Arc::clone(&self.context))?;
        let (mut writer, mut held) = queue(&self.room);
        let mut count = 0;
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            count += batch.num_rows();
            writer.put(batch)?;
        }
        writer.end();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let rule = Rule::Slices(Slices::new(count, cores));
        let router = Router::new(rule, self.targets, self.outputs, Spread::Exact);
        let mut division = Division { feeds: self, router, pending: Vec::new(), rows: 0 };
        while let Some(batch) = held.next().await {
            division.add(batch?, writers).await?;
        }
        division.flush(writers).await
    }

    /// All rows wait until the bounds of the ranges are known.
    async fn range(&self, index: usize, order: &LexOrdering, writers: &mut [Writer]) -> Result<()> {
        let mut held = self.sampled(index, order).await?;
        let bounds = self.samples.bounds().await?;
        let spread = match &self.size {
            Some(size) => size.spread().await?,
            None => Spread::Exact,
        };
        let mut router = Router::new(Rule::Range(bounds), self.targets, self.outputs, spread);
        if spread == Spread::One {
            let mut batches = Vec::new();
            while let Some(batch) = held.next().await {
                batches.push(batch?);
            }
            return self.put(router.by_target(&batches)?, &mut writers[0]);
        }
        let mut division = Division { feeds: self, router, pending: Vec::new(), rows: 0 };
        while let Some(batch) = held.next().await {
            division.add(batch?, writers).await?;
        }
        division.flush(writers).await
    }

    fn put(&self, batch: Option<RecordBatch>, writer: &mut Writer) -> Result<()> {
        let Some(batch) = batch else { return Ok(()) };
        self.demand.put();
        if !writer.put(batch)? {
            self.demand.taken(1);
        }
        Ok(())
    }

    /// The rows of a partition of the input, all of which have been seen.
    async fn sampled(&self, index: usize, order: &LexOrdering) -> Result<Reader> {
        let mut rows = self.input.execute(index, Arc::clone(&self.context))?;
        let mut sample = Sample::new(order, &self.input.schema(), (index, self.inputs), self.targets)?;
        let (mut writer, reader) = queue(&self.room);
        while let Some(batch) = rows.next().await {
            let batch = batch?;
            sample.add(&batch)?;
            if let Some(size) = &self.size {
                size.add(&batch);
            }
            writer.put(batch)?;
        }
        writer.end();
        if let Some(size) = &self.size {
            size.end();
        }
        self.samples.add(sample);
        Ok(reader)
    }
}

/// Batches of the input on their way to the outputs.
struct Division<'f> {
    feeds: &'f Feeds,
    router: Router,
    /// Too few rows yet to be divided among all outputs.
    pending: Vec<(RecordBatch, Vec<u32>)>,
    rows: usize,
}

impl Division<'_> {
    async fn add(&mut self, batch: RecordBatch, writers: &mut [Writer]) -> Result<()> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.rows += batch.num_rows();
        let outputs = self.router.outputs(&batch)?;
        self.pending.push((batch, outputs));
        if self.rows >= (writers.len() * ROWS_AN_OUTPUT).min(MOST_ROWS) {
            self.flush(writers).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, writers: &mut [Writer]) -> Result<()> {
        self.rows = 0;
        if self.pending.is_empty() {
            return Ok(());
        }
        self.feeds.demand.wait().await;
        let (batches, outputs): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending).into_iter().unzip();
        for (output, batch) in divided(&batches, &outputs, writers.len())? {
            self.feeds.put(Some(batch), &mut writers[output])?;
        }
        Ok(())
    }
}
