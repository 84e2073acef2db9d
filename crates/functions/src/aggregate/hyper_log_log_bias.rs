//! By how much HyperLogLog overestimates, as it was measured.
//!
//! The figures are those of the appendix to "HyperLogLog in Practice" (Heule, Nunkesser, Hall 2013), which Spark uses
//! too. A line of the table holds a precision, raw estimates in ascending order, and the mean error of each.

use std::sync::LazyLock;

/// How many neighbours of an estimate its error is the mean of.
const NEIGHBOURS: usize = 6;
/// The precisions there are figures for.
const LEAST_PRECISION: u32 = 4;
/// Up to this many values counting empty registers beats the estimate; by precision.
const LINEAR_LIMITS: [f64; 15] = [
    10.0, 20.0, 40.0, 80.0, 220.0, 400.0, 900.0, 1800.0, 3100.0, 6500.0, 15500.0, 20000.0, 50000.0, 120000.0,
    350000.0,
];

/// What was measured with one precision.
struct Measured {
    estimates: Vec<f64>,
    errors: Vec<f64>,
}

static MEASURED: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    let numbers = |text: &str| text.split(' ').filter_map(|number| number.parse().ok()).collect();
    let lines = include_str!("hyper_log_log_bias.tsv").lines();
    lines
        .filter_map(|line| {
            let (estimates, errors) = line.split_once('\t')?.1.split_once('\t')?;
            Some(Measured { estimates: numbers(estimates), errors: numbers(errors) })
        })
        .collect()
});

/// The number of values up to which empty registers are counted; `None` for precisions that nobody measured.
pub(super) fn linear_limit(precision: u32) -> Option<f64> {
    LINEAR_LIMITS.get(precision.checked_sub(LEAST_PRECISION)? as usize).copied()
}

/// By how much a raw `estimate` is too large: the mean error of the measured estimates nearest to it; 0 for precisions
/// that nobody measured.
pub(super) fn bias(precision: u32, estimate: f64) -> f64 {
    let measured = precision.checked_sub(LEAST_PRECISION).and_then(|index| MEASURED.get(index as usize));
    let Some(Measured { estimates, errors }) = measured else { return 0.0 };
    let distance = |index: usize| (estimate - estimates[index]).powi(2);
    let nearest = estimates.partition_point(|known| *known < estimate);
    let mut low = (nearest + 1).saturating_sub(NEIGHBOURS);
    let mut high = (low + NEIGHBOURS).min(estimates.len());
    while high < estimates.len() && distance(high) < distance(low) {
        low += 1;
        high += 1;
    }
    errors[low..high].iter().sum::<f64>() / (high - low) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_precision_has_ascending_figures() {
        assert_eq!(MEASURED.len(), LINEAR_LIMITS.len());
        for Measured { estimates, errors } in MEASURED.iter() {
            assert_eq!(estimates.len(), errors.len());
            assert!(estimates.len() > NEIGHBOURS);
        }
    }

    #[test]
    fn an_estimate_beyond_the_figures_takes_the_last_ones() {
        assert!(bias(4, 1e9).is_finite());
        // The mean of the six least: 10, 9.717, 9.207, 8.7896, 8.2882, 7.8204.
        assert!((bias(4, 0.0) - 8.9704).abs() < 1e-4);
        assert_eq!(bias(19, 100.0), 0.0);
    }
}
