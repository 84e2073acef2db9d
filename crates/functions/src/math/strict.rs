//! Functions of `java.lang.StrictMath` that other libraries compute by other formulas.
//!
//! The formulas are those of the freely distributable mathematical library (fdlibm), which Java prescribes.

const HALF_LN_2: f64 = 0.346_573_590_279_972_64;
/// Beyond it the smaller of the two exponentials is lost in rounding.
const ONE_EXPONENTIAL: f64 = 22.0;
/// The logarithm of the greatest double.
const LN_MAX: f64 = 709.782_712_893_384;

pub(super) fn cosh(x: f64) -> f64 {
    let x = x.abs();
    if x < HALF_LN_2 {
        let t = libm::expm1(x);
        let w = 1.0 + t;
        return if x < 2f64.powi(-55) { w } else { 1.0 + t * t / (w + w) };
    }
    if x < ONE_EXPONENTIAL {
        let t = libm::exp(x);
        return 0.5 * t + 0.5 / t;
    }
    half_exponential(x, 0.5)
}

pub(super) fn sinh(x: f64) -> f64 {
    if x.is_nan() || x.is_infinite() {
        return x;
    }
    let half = 0.5f64.copysign(x);
    let magnitude = x.abs();
    if magnitude >= ONE_EXPONENTIAL {
        return half_exponential(magnitude, half);
    }
    if magnitude < 2f64.powi(-28) {
        return x;
    }
    let t = libm::expm1(magnitude);
    if magnitude < 1.0 { half * (2.0 * t - t * t / (t + 1.0)) } else { half * (t + t / (t + 1.0)) }
}

/// `half` of the exponential of a large number, which may be finite where the exponential is not.
fn half_exponential(x: f64, half: f64) -> f64 {
    if x <= LN_MAX {
        return half * libm::exp(x);
    }
    let root = libm::exp(0.5 * x);
    half * root * root
}

pub(super) fn tanh(x: f64) -> f64 {
    let magnitude = x.abs();
    if x.is_nan() || magnitude < 2f64.powi(-55) {
        return x * (1.0 + x);
    }
    let result = if magnitude >= ONE_EXPONENTIAL {
        1.0
    } else if magnitude >= 1.0 {
        1.0 - 2.0 / (libm::expm1(2.0 * magnitude) + 2.0)
    } else {
        let t = libm::expm1(-2.0 * magnitude);
        -t / (t + 2.0)
    };
    result.copysign(x)
}

/// Decimal logarithm of a positive number: that of its power of two, in two parts, and that of the rest.
pub(super) fn log10(x: f64) -> f64 {
    const OF_E: f64 = std::f64::consts::LOG10_E;
    const OF_2_HIGH: f64 = 0.301_029_995_663_611_77;
    const OF_2_LOW: f64 = 3.694_239_077_158_931e-13;
    if !x.is_finite() {
        return x;
    }
    let (x, shift) = if x < f64::MIN_POSITIVE { (x * 2f64.powi(54), 54) } else { (x, 0) };
    let exponent = (x.to_bits() >> 52) as i64 - 1023 - shift;
    let below_one = i64::from(exponent < 0);
    let fraction = x.to_bits() & ((1 << 52) - 1) | ((1023 - below_one) as u64) << 52;
    let twos = (exponent + below_one) as f64;
    let rest = twos * OF_2_LOW + OF_E * libm::log(f64::from_bits(fraction));
    rest + twos * OF_2_HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_java() {
        assert_eq!(libm::exp(1.0), 2.718_281_828_459_045_5);
        assert_eq!(cosh(1.0), 1.543_080_634_815_244);
        assert_eq!(log10(1e-5), -5.0);
        assert_eq!((sinh(0.0), tanh(f64::INFINITY), cosh(f64::NEG_INFINITY)), (0.0, 1.0, f64::INFINITY));
    }
}
