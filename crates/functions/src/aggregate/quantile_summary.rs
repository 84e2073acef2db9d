//! Quantile summaries: a bounded number of samples that tell the rank of every value within a relative error.
//!
//! The algorithm is that of Greenwald and Khanna (2001); how many values wait for a place, and when samples are
//! dropped and merged, is as Spark does it, so that equal rows in equal order give equal quantiles.

/// So many values are sorted in at once.
const WAITING: usize = 50_000;
/// With so many samples those the error allows to drop are dropped.
const CROWDED: usize = 10_000;

/// A value of the group.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sample {
    value: f64,
    /// By how much the least rank of the value exceeds that of the sample before.
    step: i64,
    /// By how much its greatest rank may exceed its least one.
    slack: i64,
}

/// The bytes of a sample between the stages of an aggregation.
const SAMPLE_BYTES: usize = 24;

#[derive(Debug)]
pub(super) struct QuantileSummary {
    /// Ranks err by at most this part of all values; 0 keeps every value.
    error: f64,
    samples: Vec<Sample>,
    /// How many values the samples stand for.
    count: i64,
    waiting: Vec<f64>,
    compressed: bool,
}

impl QuantileSummary {
    pub(super) fn new(error: f64) -> Self {
        QuantileSummary { error, samples: Vec::new(), count: 0, waiting: Vec::new(), compressed: true }
    }

    pub(super) fn insert(&mut self, value: f64) {
        self.compressed = false;
        self.waiting.push(value);
        if self.waiting.len() >= WAITING {
            self.settle();
            if self.samples.len() >= CROWDED {
                self.compress();
            }
        }
    }

    /// Gives all values that wait a place among the samples.
    fn settle(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.waiting.sort_unstable_by(f64::total_cmp);
        let before = std::mem::take(&mut self.samples);
        let mut rest = before.iter().copied().peekable();
        let mut samples = Vec::with_capacity(before.len() + self.waiting.len());
        let last = self.waiting.len() - 1;
        for (index, value) in self.waiting.drain(..).enumerate() {
            while let Some(sample) = rest.next_if(|sample| sample.value <= value) {
                samples.push(sample);
            }
            self.count += 1;
            let is_extreme = samples.is_empty() || index == last && rest.peek().is_none();
            let slack = if is_extreme { 0 } else { margin(self.error, self.count) };
            samples.push(Sample { value, step: 1, slack });
        }
        samples.extend(rest);
        self.samples = samples;
    }

    fn compress(&mut self) {
        self.settle();
        self.samples = compressed(&self.samples, 2.0 * self.error * self.count as f64);
        self.compressed = true;
    }

    /// Takes another summary of the same error in.
    pub(super) fn merge(&mut self, mut other: QuantileSummary) {
        for summary in [&mut *self, &mut other] {
            if !summary.compressed {
                summary.compress();
            }
        }
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other;
            return;
        }
        let (own_slack, other_slack) = (margin(other.error, other.count), margin(self.error, self.count));
        let (own, others) = (&self.samples, &other.samples);
        let mut merged = Vec::with_capacity(own.len() + others.len());
        let (mut i, mut j) = (0, 0);
        // A sample between those of the other side may stand anywhere between them.
        while let (Some(mine), Some(theirs)) = (own.get(i), others.get(j)) {
            let (sample, slack) = if mine.value < theirs.value {
                i += 1;
                (mine, if j > 0 { own_slack } else { 0 })
            } else {
                j += 1;
                (theirs, if i > 0 { other_slack } else { 0 })
            };
            merged.push(Sample { slack: sample.slack + slack, ..*sample });
        }
        merged.extend_from_slice(&own[i..]);
        merged.extend_from_slice(&others[j..]);
        self.count += other.count;
        self.samples = compressed(&merged, 2.0 * self.error * self.count as f64);
    }

    /// The quantile of each of `probabilities`, which are between 0 and 1; `None` when there was no value.
    pub(super) fn quantiles(&mut self, probabilities: &[f64]) -> Option<Vec<f64>> {
        if !self.compressed {
            self.compress();
        }
        let (first, last) = (self.samples.first()?, self.samples.last()?);
        let tolerance = self.samples.iter().map(|s| s.slack + s.step).max()? / 2;
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
        let mut quantiles = vec![0.0; probabilities.len()];
        // Each search goes on where the one before ended.
        let mut from = (0, first.step);
        for index in order {
            let probability = probabilities[index];
            quantiles[index] = if probability <= self.error || self.samples.len() == 1 {
                first.value
            } else if probability >= 1.0 - self.error {
                last.value
            } else {
                from = self.search(from, tolerance, probability);
                self.samples[from.0].value
            };
        }
        Some(quantiles)
    }

    /// The first sample from `from` on (an index, and the least rank there) whose rank is near enough; the last one
    /// when there is none.
    fn search(&self, from: (usize, i64), tolerance: i64, probability: f64) -> (usize, i64) {
        let wanted = (probability * self.count as f64).ceil() as i64;
        let last = self.samples.len() - 1;
        let (mut index, mut least) = from;
        while index < last {
            let greatest = least + self.samples[index].slack;
            if greatest - tolerance <= wanted && wanted <= least + tolerance {
                return (index, least);
            }
            index += 1;
            least += self.samples[index].step;
        }
        (last, 0)
    }

    /// What [`QuantileSummary::from_bytes`] reads.
    pub(super) fn write_bytes(&mut self) -> Vec<u8> {
        if !self.compressed {
            self.compress();
        }
        let mut bytes = Vec::with_capacity(8 + self.samples.len() * SAMPLE_BYTES);
        bytes.extend(self.count.to_le_bytes());
        for sample in &self.samples {
            bytes.extend(sample.value.to_le_bytes());
            bytes.extend(sample.step.to_le_bytes());
            bytes.extend(sample.slack.to_le_bytes());
        }
        bytes
    }

    /// `None` for bytes that no summary wrote.
    pub(super) fn from_bytes(error: f64, bytes: &[u8]) -> Option<Self> {
        let (count, bytes) = bytes.split_first_chunk::<8>()?;
        let mut summary = QuantileSummary::new(error);
        summary.count = i64::from_le_bytes(*count);
        summary.samples.reserve_exact(bytes.len() / SAMPLE_BYTES);
        for chunk in bytes.chunks(SAMPLE_BYTES) {
            let (value, chunk) = chunk.split_first_chunk::<8>()?;
            let (step, slack) = chunk.split_first_chunk::<8>()?;
            summary.samples.push(Sample {
                value: f64::from_le_bytes(*value),
                step: i64::from_le_bytes(*step),
                slack: i64::from_le_bytes(slack.try_into().ok()?),
            });
        }
        Some(summary)
    }

    pub(super) fn size(&self) -> usize {
        self.samples.capacity() * size_of::<Sample>() + self.waiting.capacity() * size_of::<f64>()
    }
}

/// By how many ranks a value among `count` may be off.
fn margin(error: f64, count: i64) -> i64 {
    (2.0 * error * count as f64).floor() as i64
}

/// The samples with each merged into the next one, where the ranks the result stands for stay below `limit`; the
/// extremes stay.
fn compressed(samples: &[Sample], limit: f64) -> Vec<Sample> {
    let Some((last, rest)) = samples.split_last() else { return Vec::new() };
    let mut kept = Vec::new();
    let mut head = *last;
    for sample in rest.iter().skip(1).rev() {
        if ((sample.step + head.step + head.slack) as f64) < limit {
            head.step += sample.step;
        } else {
            kept.push(head);
            head = *sample;
        }
    }
    kept.push(head);
    kept.extend(rest.first().filter(|first| first.value <= head.value));
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(error: f64, values: impl Iterator<Item = i64>) -> QuantileSummary {
        let mut summary = QuantileSummary::new(error);
        values.for_each(|value| summary.insert(value as f64));
        summary
    }

    #[test]
    fn ranks_err_by_no_more_than_allowed_in_bounded_memory() {
        let mut all = summary(0.01, (0..300_000).map(|i| i * 7919 % 300_000));
        let quantiles = all.quantiles(&[0.9, 0.0, 0.25, 1.0, 0.5]).unwrap();
        for (quantile, expected) in quantiles.iter().zip([270_000.0, 0.0, 75_000.0, 299_999.0, 150_000.0]) {
            assert!((quantile - expected).abs() <= 3_000.0, "{quantile} for {expected}");
        }
        assert!(all.samples.len() < 1_000, "{}", all.samples.len());
    }

    #[test]
    fn merged_summaries_tell_the_quantiles_of_all_values() {
        let mut left = summary(0.001, 0..50_000);
        let mut right = summary(0.001, 50_000..100_000);
        let right = QuantileSummary::from_bytes(0.001, &right.write_bytes()).unwrap();
        left.merge(right);
        let median = left.quantiles(&[0.5]).unwrap()[0];
        assert!((median - 50_000.0).abs() <= 100.0, "{median}");
    }

    #[test]
    fn few_values_are_kept_as_they_are() {
        assert_eq!(summary(1e-4, [3, 1, 2].into_iter()).quantiles(&[0.5]), Some(vec![2.0]));
        assert_eq!(QuantileSummary::new(0.1).quantiles(&[0.5]), None);
        assert!(QuantileSummary::from_bytes(0.1, &[1, 2, 3]).is_none());
    }
}
