//! Correlation, covariance and linear regression of pairs.

use super::float_state::Statistic;

/// Statistics of pairs `(x, y)`; for regression `y` is the dependent variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Pairs {
    Correlation,
    CovariancePopulation,
    CovarianceSample,
    Intercept,
    R2,
    Slope,
    Sxx,
    Sxy,
    Syy,
}

impl Statistic<6> for Pairs {
    const NAMES: [&'static str; 6] = ["n", "average_x", "average_y", "c", "m2_x", "m2_y"];

    fn name(&self) -> &'static str {
        match self {
            Pairs::Correlation => "corr",
            Pairs::CovariancePopulation => "covar_pop",
            Pairs::CovarianceSample => "covar_samp",
            Pairs::Intercept => "regr_intercept",
            Pairs::R2 => "regr_r2",
            Pairs::Slope => "regr_slope",
            Pairs::Sxx => "regr_sxx",
            Pairs::Sxy => "regr_sxy",
            Pairs::Syy => "regr_syy",
        }
    }

    fn add(&self, [n, average_x, average_y, c, m2_x, m2_y]: &mut [f64; 6], x: f64, y: f64) {
        *n += 1.0;
        let (delta_x, delta_y) = (x - *average_x, y - *average_y);
        *average_x += delta_x / *n;
        *average_y += delta_y / *n;
        *c += delta_x * (y - *average_y);
        *m2_x += delta_x * (x - *average_x);
        *m2_y += delta_y * (y - *average_y);
    }

    fn merge(&self, state: &mut [f64; 6], other: &[f64; 6]) {
        let ([n1, x1, y1, c, m2_x, m2_y], [n2, x2, y2, oc, o2_x, o2_y]) = (*state, *other);
        if n1 == 0.0 || n2 == 0.0 {
            if n2 != 0.0 {
                *state = *other;
            }
            return;
        }
        let n = n1 + n2;
        let (delta_x, delta_y) = (x2 - x1, y2 - y1);
        let (share_x, share_y) = (delta_x / n, delta_y / n);
        *state = [
            n,
            x1 + share_x * n2,
            y1 + share_y * n2,
            c + oc + delta_x * share_y * n1 * n2,
            m2_x + o2_x + delta_x * share_x * n1 * n2,
            m2_y + o2_y + delta_y * share_y * n1 * n2,
        ];
    }

    fn finish(&self, &[n, average_x, average_y, c, m2_x, m2_y]: &[f64; 6]) -> Option<f64> {
        if n == 0.0 {
            return None;
        }
        let slope = (m2_x != 0.0).then(|| c / m2_x);
        match self {
            Pairs::Correlation => (m2_x != 0.0 && m2_y != 0.0).then(|| c / (m2_x * m2_y).sqrt()),
            Pairs::CovariancePopulation => Some(c / n),
            Pairs::CovarianceSample => (n > 1.0).then(|| c / (n - 1.0)),
            Pairs::Intercept => slope.map(|slope| average_y - slope * average_x),
            Pairs::R2 if m2_x == 0.0 => None,
            Pairs::R2 if m2_y == 0.0 => Some(1.0),
            Pairs::R2 => Some(c * c / (m2_x * m2_y)),
            Pairs::Slope => slope,
            Pairs::Sxx => Some(m2_x),
            Pairs::Sxy => Some(c),
            Pairs::Syy => Some(m2_y),
        }
    }
}
