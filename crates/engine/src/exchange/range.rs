//! Ranges: bounds of the keys that divide the rows evenly, found in a sample of every partition of the input.
//!
//! The size of the sample, the weights and the choice of the bounds are those of Spark's range partitioner. As long as the
//! sample holds all rows, so are the bounds; which rows a smaller one holds depends on Spark's internal numbers.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::LexOrdering;
use parking_lot::Mutex;
use tokio::sync::watch;

/// Spark's `spark.sql.execution.rangeExchange.sampleSizePerPartition`.
const SAMPLED_PER_PARTITION: usize = 100;
const MOST_SAMPLED: usize = 1_000_000;
/// Partitions of the input may differ that much in size before the sample gets thin.
const OVERSAMPLING: usize = 3;

/// Turns keys into bytes that compare as the keys do.
struct Keys {
    order: LexOrdering,
    converter: RowConverter,
}

impl Keys {
    fn new(order: &LexOrdering, schema: &SchemaRef) -> Result<Self> {
        let field = |key: &datafusion::physical_expr::PhysicalSortExpr| {
            Ok(SortField::new_with_options(key.expr.data_type(schema)?, key.options))
        };
        let fields = order.iter().map(field).collect::<Result<Vec<_>>>()?;
        Ok(Keys { order: order.clone(), converter: RowConverter::new(fields)? })
    }

    fn of(&self, batch: &RecordBatch) -> Result<Rows> {
        let evaluate = |key: &datafusion::physical_expr::PhysicalSortExpr| {
            key.expr.evaluate(batch)?.into_array(batch.num_rows())
        };
        let columns = self.order.iter().map(evaluate).collect::<Result<Vec<_>>>()?;
        Ok(self.converter.convert_columns(&columns)?)
    }
}

/// A sample of the keys of one partition of the input, every row as likely to be in it as any other.
pub(super) struct Sample {
    keys: Keys,
    picked: Vec<OwnedRow>,
    most: usize,
    rows: usize,
    random: Random,
}

/// A xorshift generator; a sample needs no better one.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

impl Sample {
    /// For one of `inputs` partitions; the rows are to go to `targets`.
    pub(super) fn new(
        order: &LexOrdering,
        schema: &SchemaRef,
        (input, inputs): (usize, usize),
        targets: usize,
    ) -> Result<Self> {
        let all = targets.saturating_mul(SAMPLED_PER_PARTITION).min(MOST_SAMPLED);
        Ok(Sample {
            keys: Keys::new(order, schema)?,
            picked: Vec::new(),
            most: (OVERSAMPLING * all).div_ceil(inputs.max(1)),
            rows: 0,
            random: Random(0x9e37_79b9_7f4a_7c15 ^ input as u64),
        })
    }

    /// Looks at a batch; once the sample is full, a row takes the place of another with falling probability.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let keys = self.keys.of(batch)?;
        for key in &keys {
            self.rows += 1;
            if self.picked.len() < self.most {
                self.picked.push(key.owned());
                continue;
            }
            let place = self.random.below(self.rows);
            if let Some(replaced) = self.picked.get_mut(place) {
                *replaced = key.owned();
            }
        }
        Ok(())
    }

    /// How many rows each picked one stands for.
    fn weight(&self) -> f64 {
        self.rows as f64 / self.picked.len() as f64
    }
}

/// The greatest keys of all ranges but the last, ascending.
pub(super) struct Bounds {
    keys: Keys,
    bounds: Vec<OwnedRow>,
}

impl Bounds {
    fn new(keys: Keys, mut candidates: Vec<(OwnedRow, f64)>, targets: usize) -> Self {
        candidates.sort_by(|(left, _), (right, _)| left.cmp(right));
        let targets = targets.min(candidates.len());
        let step = candidates.iter().map(|(_, weight)| weight).sum::<f64>() / targets as f64;
        let mut bounds: Vec<OwnedRow> = Vec::new();
        let (mut passed, mut next) = (0.0, step);
        for (key, weight) in candidates {
            if bounds.len() + 1 >= targets {
                break;
            }
            passed += weight;
            if passed >= next && bounds.last().is_none_or(|last| key > *last) {
                bounds.push(key);
                next += step;
            }
        }
        Bounds { keys, bounds }
    }

    /// The range of each row.
    pub(super) fn targets(&self, batch: &RecordBatch) -> Result<Vec<u32>> {
        let keys = self.keys.of(batch)?;
        let target = |key| self.bounds.partition_point(|bound| bound.row() < key) as u32;
        Ok(keys.iter().map(target).collect())
    }
}

/// Where the samples of all partitions meet.
pub(super) struct Samples {
    targets: usize,
    collected: Mutex<(Vec<Sample>, usize)>,
    bounds: watch::Sender<Option<Found>>,
}

/// The bounds, or why there are none.
type Found = std::result::Result<Arc<Bounds>, Arc<DataFusionError>>;

impl Samples {
    pub(super) fn new(feeds: usize, targets: usize) -> Self {
        let collected = Mutex::new((Vec::with_capacity(feeds), feeds));
        Samples { targets, collected, bounds: watch::Sender::new(None) }
    }

    /// One partition is known; the last one settles the bounds.
    pub(super) fn add(&self, sample: Sample) {
        let mut collected = self.collected.lock();
        collected.0.push(sample);
        collected.1 = collected.1.saturating_sub(1);
        if collected.1 > 0 {
            return;
        }
        let mut candidates = Vec::new();
        let mut keys = None;
        for sample in std::mem::take(&mut collected.0) {
            let weight = sample.weight();
            candidates.extend(sample.picked.into_iter().map(|key| (key, weight)));
            keys = Some(sample.keys);
        }
        if let Some(keys) = keys {
            self.found(Ok(Arc::new(Bounds::new(keys, candidates, self.targets))));
        }
    }

    /// One partition will never be known; whoever waits for the bounds ends with its error.
    pub(super) fn fail(&self, error: Arc<DataFusionError>) {
        self.found(Err(error));
    }

    fn found(&self, found: Found) {
        self.bounds.send_if_modified(|bounds| {
            let first = bounds.is_none();
            bounds.get_or_insert(found);
            first
        });
    }

    /// Waits for the bounds.
    pub(super) async fn bounds(&self) -> Result<Arc<Bounds>> {
        let mut bounds = self.bounds.subscribe();
        let found = bounds.wait_for(Option::is_some).await.ok().and_then(|bounds| bounds.clone());
        let missing = || DataFusionError::Internal("the bounds of ranges are missing".to_string());
        found.ok_or_else(missing)?.map_err(DataFusionError::Shared)
    }
}
