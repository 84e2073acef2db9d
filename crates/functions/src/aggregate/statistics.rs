//! The builders of variance, correlation, regression and their kind: doubles in, a double out.

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::bivariate::Pairs;
use super::float_state::{FloatAggregate, Statistic};
use super::moments::{Form, Product, Spread};
use super::own::udaf;
use crate::{Call, signature};

/// Declares the builder of a statistic.
macro_rules! builders {
    ($($name:ident => $build:ident($statistic:expr);)*) => {
        $(pub(super) fn $name(call: &Call<'_>) -> Result<Expr> {
            $build(call, $statistic)
        })*
    };
}

builders! {
    corr => pair(Pairs::Correlation);
    covar_pop => pair(Pairs::CovariancePopulation);
    covar_samp => pair(Pairs::CovarianceSample);
    kurtosis => single(Form::Kurtosis);
    product => single(Product);
    regr_intercept => regression(Pairs::Intercept);
    regr_r2 => regression(Pairs::R2);
    regr_slope => regression(Pairs::Slope);
    regr_sxx => regression(Pairs::Sxx);
    regr_sxy => regression(Pairs::Sxy);
    regr_syy => regression(Pairs::Syy);
    skewness => single(Form::Skewness);
    stddev_pop => single(Spread::DeviationPopulation);
    stddev_samp => single(Spread::DeviationSample);
    var_pop => single(Spread::VariancePopulation);
    var_samp => single(Spread::VarianceSample);
}

fn single<const N: usize>(call: &Call<'_>, statistic: impl Statistic<N>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let x = signature::expect(call, 0, &DataType::Float64)?;
    Ok(super::node(call, udaf(FloatAggregate(statistic)), vec![x]))
}

fn pair(call: &Call<'_>, statistic: Pairs) -> Result<Expr> {
    let [x, y] = doubles(call)?;
    Ok(super::node(call, udaf(FloatAggregate(statistic)), vec![x, y]))
}

/// Regression names the dependent variable first.
fn regression(call: &Call<'_>, statistic: Pairs) -> Result<Expr> {
    let [y, x] = doubles(call)?;
    Ok(super::node(call, udaf(FloatAggregate(statistic)), vec![x, y]))
}

/// `regr_avgx(y, x)`
pub(super) fn regr_avgx(call: &Call<'_>) -> Result<Expr> {
    let [_, x] = doubles(call)?;
    average_of_pairs(call, x)
}

/// `regr_avgy(y, x)`
pub(super) fn regr_avgy(call: &Call<'_>) -> Result<Expr> {
    let [y, _] = doubles(call)?;
    average_of_pairs(call, y)
}

fn average_of_pairs(call: &Call<'_>, value: Expr) -> Result<Expr> {
    Ok(super::node(call, avg_udaf(), vec![super::count::where_all_present(call, value)?]))
}

fn doubles(call: &Call<'_>) -> Result<[Expr; 2]> {
    call.expect_arguments(2..=2)?;
    super::unordered(call)?;
    Ok([signature::expect(call, 0, &DataType::Float64)?, signature::expect(call, 1, &DataType::Float64)?])
}
