//! Spark's aggregate functions: DataFusion's where they agree with Spark, our own where not.
//!
//! ```text
//! Call ──build──► node(function, args) ◄── DISTINCT, FILTER
//!                      │
//!      DataFusion's own: sum, avg, min, max, count, bool_and …     (adapted: with sliding frames)
//!      own::Aggregate ─┬─ float_state::Statistic   a fixed number of doubles: variance, corr, product
//!                      ├─ collected::Collector     all rows of the group: collect_list, percentile, mode
//!                      ├─ hyper_log_log, percentile_approx   summaries of bounded size
//!                      └─ first_last, extreme_by, checked_sum, bitmap
//! ```
//!
//! The nouns: an [`own::Aggregate`] is an aggregate of ours, which gets DISTINCT ([`distinct`]) and sliding
//! window frames ([`sliding`]) for free; [`check`] holds what builders share.
//!
//! # Guarantees
//! - Whatever distinguishes two calls is in the arguments or the name, so that equal names mean equal
//!   results.
//! - Accumulators account for the memory they hold.
//!
//! # Does not
//! Know `grouping` and `grouping_id`, which are the resolver's, nor sketches that are seen from outside,
//! which are in `sketch`.
//!
//! # Where to start
//! [`definitions`], then [`own`].

use crate::Definition;

mod adapted;
mod average;
mod bitmap;
mod bivariate;
mod check;
mod checked_sum;
mod collect;
mod collected;
mod collected_groups;
mod count;
mod distinct;
mod doubles;
mod extreme;
mod extreme_by;
mod first_last;
mod float_extreme;
mod float_state;
mod frequent;
mod histogram;
mod hyper_log_log;
mod hyper_log_log_bias;
pub(crate) mod java_random;
mod listagg;
mod logical;
mod mode;
mod moments;
pub(crate) mod own;
mod percentile;
mod percentile_approx;
mod quantile_summary;
mod sliding;
mod statistics;
mod sum;
#[cfg(test)]
mod tests;
mod wide_sum;

pub(crate) use check::{
    constant, constant_integer, ignore_nulls, is_orderable, node, not_foldable, out_of_range, plain_node,
    unexpected_null, unordered,
};
use check::{orderable, with_metadata_of, wrong_within_group};
pub(crate) use distinct::one_list;
pub use frequent::frequent_items;
pub use percentile::percentile_key;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::aggregate(&["any", "bool_or", "some"], logical::bool_or),
        Definition::aggregate(&["any_value"], first_last::first),
        Definition::aggregate(&["approx_count_distinct"], hyper_log_log::build),
        Definition::aggregate(&["approx_percentile", "percentile_approx"], percentile_approx::build),
        Definition::aggregate(&["array_agg", "collect_list"], collect::list),
        Definition::aggregate(&["avg", "mean"], average::avg),
        Definition::aggregate(&["bit_and"], logical::bit_and),
        Definition::aggregate(&["bit_or"], logical::bit_or),
        Definition::aggregate(&["bit_xor"], logical::bit_xor),
        Definition::aggregate(&["bitmap_and_agg"], bitmap::and),
        Definition::aggregate(&["bitmap_construct_agg"], bitmap::construct),
        Definition::aggregate(&["bitmap_or_agg"], bitmap::or),
        Definition::aggregate(&["bool_and", "every"], logical::bool_and),
        Definition::aggregate(&["collect_set"], collect::set),
        Definition::aggregate(&["collect_union"], collect::union),
        Definition::aggregate(&["corr"], statistics::corr),
        Definition::aggregate(&["count"], count::count),
        Definition::aggregate(&["count_if"], count::count_if),
        Definition::aggregate(&["covar_pop"], statistics::covar_pop),
        Definition::aggregate(&["covar_samp"], statistics::covar_samp),
        Definition::aggregate(&["first", "first_value"], first_last::first),
        Definition::aggregate(&["histogram_numeric"], histogram::build),
        Definition::aggregate(&["kurtosis"], statistics::kurtosis),
        Definition::aggregate(&["last", "last_value"], first_last::last),
        Definition::aggregate(&["listagg", "string_agg"], listagg::build),
        Definition::aggregate(&["max"], extreme::max),
        Definition::aggregate(&["max_by"], extreme_by::max_by),
        Definition::aggregate(&["median"], percentile::median),
        Definition::aggregate(&["min"], extreme::min),
        Definition::aggregate(&["min_by"], extreme_by::min_by),
        Definition::aggregate(&["mode"], mode::build),
        Definition::aggregate(&["percentile"], percentile::percentile),
        Definition::aggregate(&["percentile_cont"], percentile::continuous),
        Definition::aggregate(&["percentile_disc"], percentile::discrete),
        Definition::aggregate(&["product"], statistics::product),
        Definition::aggregate(&["regr_avgx"], statistics::regr_avgx),
        Definition::aggregate(&["regr_avgy"], statistics::regr_avgy),
        Definition::aggregate(&["regr_count"], count::pairs),
        Definition::aggregate(&["regr_intercept"], statistics::regr_intercept),
        Definition::aggregate(&["regr_r2"], statistics::regr_r2),
        Definition::aggregate(&["regr_slope"], statistics::regr_slope),
        Definition::aggregate(&["regr_sxx"], statistics::regr_sxx),
        Definition::aggregate(&["regr_sxy"], statistics::regr_sxy),
        Definition::aggregate(&["regr_syy"], statistics::regr_syy),
        Definition::aggregate(&["skewness"], statistics::skewness),
        Definition::aggregate(&["std", "stddev", "stddev_samp"], statistics::stddev_samp),
        Definition::aggregate(&["stddev_pop"], statistics::stddev_pop),
        Definition::aggregate(&["sum"], sum::sum),
        Definition::aggregate(&["try_avg"], average::try_avg),
        Definition::aggregate(&["try_sum"], sum::try_sum),
        Definition::aggregate(&["var_pop"], statistics::var_pop),
        Definition::aggregate(&["var_samp", "variance"], statistics::var_samp),
    ]
}
