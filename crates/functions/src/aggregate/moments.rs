//! Variance, standard deviation, skewness and kurtosis by central moments; product.

use super::float_state::Statistic;

/// Statistics of the second moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Spread {
    VarianceSample,
    VariancePopulation,
    DeviationSample,
    DeviationPopulation,
}

impl Statistic<3> for Spread {
    const NAMES: [&'static str; 3] = ["n", "average", "m2"];

    fn name(&self) -> &'static str {
        match self {
            Spread::VarianceSample => "var_samp",
            Spread::VariancePopulation => "var_pop",
            Spread::DeviationSample => "stddev_samp",
            Spread::DeviationPopulation => "stddev_pop",
        }
    }

    fn add(&self, [n, average, m2]: &mut [f64; 3], x: f64, _: f64) {
        *n += 1.0;
        let delta = x - *average;
        let share = delta / *n;
        *average += share;
        *m2 += delta * (delta - share);
    }

    fn merge(&self, state: &mut [f64; 3], other: &[f64; 3]) {
        let ([n1, average1, m2], [n2, average2, other_m2]) = (*state, *other);
        if n1 == 0.0 || n2 == 0.0 {
            if n2 != 0.0 {
                *state = *other;
            }
            return;
        }
        let n = n1 + n2;
        let delta = average2 - average1;
        let share = delta / n;
        *state = [n, average1 + share * n2, m2 + other_m2 + delta * share * n1 * n2];
    }

    fn finish(&self, [n, _, m2]: &[f64; 3]) -> Option<f64> {
        let population = (*n > 0.0).then(|| m2 / n);
        let sample = (*n > 1.0).then(|| m2 / (n - 1.0));
        match self {
            Spread::VarianceSample => sample,
            Spread::VariancePopulation => population,
            Spread::DeviationSample => sample.map(f64::sqrt),
            Spread::DeviationPopulation => population.map(f64::sqrt),
        }
    }
}

/// Statistics of the third and fourth moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Skewness,
    Kurtosis,
}

impl Statistic<5> for Form {
    const NAMES: [&'static str; 5] = ["n", "average", "m2", "m3", "m4"];

    fn name(&self) -> &'static str {
        match self {
            Form::Skewness => "skewness",
            Form::Kurtosis => "kurtosis",
        }
    }

    fn add(&self, [n, average, m2, m3, m4]: &mut [f64; 5], x: f64, _: f64) {
        *n += 1.0;
        let delta = x - *average;
        let share = delta / *n;
        let (delta2, share2) = (delta * delta, share * share);
        *average += share;
        *m2 += delta * (delta - share);
        *m3 = *m3 - 3.0 * share * *m2 + delta * (delta2 - share2);
        *m4 = *m4 - 4.0 * share * *m3 - 6.0 * share2 * *m2 + delta * (delta * delta2 - share * share2);
    }

    fn merge(&self, state: &mut [f64; 5], other: &[f64; 5]) {
        let ([n1, average1, m2, m3, m4], [n2, average2, o2, o3, o4]) = (*state, *other);
        if n1 == 0.0 || n2 == 0.0 {
            if n2 != 0.0 {
                *state = *other;
            }
            return;
        }
        let n = n1 + n2;
        let delta = average2 - average1;
        let share = delta / n;
        let square = share * share;
        *state = [
            n,
            average1 + share * n2,
            m2 + o2 + delta * share * n1 * n2,
            m3 + o3 + square * delta * n1 * n2 * (n1 - n2) + 3.0 * share * (n1 * o2 - n2 * m2),
            m4 + o4
                + square * share * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2)
                + 6.0 * square * (n1 * n1 * o2 + n2 * n2 * m2)
                + 4.0 * share * (n1 * o3 - n2 * m3),
        ];
    }

    fn finish(&self, [n, _, m2, m3, m4]: &[f64; 5]) -> Option<f64> {
        if *n == 0.0 || *m2 == 0.0 {
            return None;
        }
        Some(match self {
            Form::Skewness => n.sqrt() * m3 / (m2 * m2 * m2).sqrt(),
            Form::Kurtosis => n * m4 / (m2 * m2) - 3.0,
        })
    }
}

/// The product of all values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Product;

impl Statistic<2> for Product {
    const NAMES: [&'static str; 2] = ["n", "product"];
    const START: [f64; 2] = [0.0, 1.0];

    fn name(&self) -> &'static str {
        "product"
    }

    fn add(&self, [n, product]: &mut [f64; 2], x: f64, _: f64) {
        *n += 1.0;
        *product *= x;
    }

    fn merge(&self, state: &mut [f64; 2], other: &[f64; 2]) {
        state[0] += other[0];
        state[1] *= other[1];
    }

    fn finish(&self, [n, product]: &[f64; 2]) -> Option<f64> {
        (*n > 0.0).then_some(*product)
    }
}
