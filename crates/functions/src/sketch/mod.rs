//! Sketches: small summaries of large inputs, in the binary formats of Apache DataSketches; count-min in Spark's own.
//!
//! ```text
//! rows ──► aggregate::SketchAggregate ──► a Builder ──► BINARY ──► scalar functions: estimate, union, quantile …
//!                (state: BINARY)          hll  theta  tuple  kll  count_min
//! ```
//!
//! The nouns: a [`aggregate::Builder`] takes rows or other sketches in; [`key::Key`] is a value as the libraries hash it;
//! [`arguments`] holds what the functions' signatures share.
//!
//! # Guarantees
//! - What is written can be read by Spark and the other way round; estimates agree.
//! - Foreign bytes are an error of the function that got them, never a panic.
//! - A sketch holds a bounded amount of memory, which accumulators account for.
//!
//! # Does not
//! Repeat Spark's bytes where Spark's own depend on how rows were spread over partitions: KLL chooses at random which
//! half of its items to keep, and unions keep hash tables as they grew.
//!
//! # Where to start
//! [`definitions`], then [`hll`], the simplest one.

use crate::Definition;

mod aggregate;
mod arguments;
mod count_min;
mod count_min_table;
mod errors;
mod frequent;
mod hll;
mod hll_bytes;
mod key;
mod kll;
mod kll_aggregate;
mod kll_item;
mod kll_text;
mod summary;
mod theta;
mod theta_aggregate;
mod top_k;
mod top_k_aggregates;
mod top_k_bytes;
mod top_k_counts;
mod top_k_item;
mod top_k_state;
mod tuple;
mod tuple_aggregate;
mod tuple_bytes;

/// The functions of this group, by kind of sketch.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::aggregate(&["approx_top_k"], top_k::build),
        Definition::aggregate(&["approx_top_k_accumulate"], top_k_state::accumulate),
        Definition::aggregate(&["approx_top_k_combine"], top_k_state::combine),
        Definition::scalar(&["approx_top_k_estimate"], top_k_state::estimate),
        Definition::aggregate(&["count_min_sketch"], count_min::sketch_agg),
        Definition::aggregate(&["hll_sketch_agg"], hll::sketch_agg),
        Definition::scalar(&["hll_sketch_estimate"], hll::estimate),
        Definition::scalar(&["hll_union"], hll::union),
        Definition::aggregate(&["hll_union_agg"], hll::union_agg),
        Definition::aggregate(&["kll_merge_agg_bigint"], kll_aggregate::merge_agg::<i64>),
        Definition::aggregate(&["kll_merge_agg_double"], kll_aggregate::merge_agg::<f64>),
        Definition::aggregate(&["kll_merge_agg_float"], kll_aggregate::merge_agg::<f32>),
        Definition::aggregate(&["kll_sketch_agg_bigint"], kll_aggregate::sketch_agg::<i64>),
        Definition::aggregate(&["kll_sketch_agg_double"], kll_aggregate::sketch_agg::<f64>),
        Definition::aggregate(&["kll_sketch_agg_float"], kll_aggregate::sketch_agg::<f32>),
        Definition::scalar(&["kll_sketch_get_n_bigint"], kll::get_n::<i64>),
        Definition::scalar(&["kll_sketch_get_n_double"], kll::get_n::<f64>),
        Definition::scalar(&["kll_sketch_get_n_float"], kll::get_n::<f32>),
        Definition::scalar(&["kll_sketch_get_quantile_bigint"], kll::get_quantile::<i64>),
        Definition::scalar(&["kll_sketch_get_quantile_double"], kll::get_quantile::<f64>),
        Definition::scalar(&["kll_sketch_get_quantile_float"], kll::get_quantile::<f32>),
        Definition::scalar(&["kll_sketch_get_rank_bigint"], kll::get_rank::<i64>),
        Definition::scalar(&["kll_sketch_get_rank_double"], kll::get_rank::<f64>),
        Definition::scalar(&["kll_sketch_get_rank_float"], kll::get_rank::<f32>),
        Definition::scalar(&["kll_sketch_merge_bigint"], kll::merge::<i64>),
        Definition::scalar(&["kll_sketch_merge_double"], kll::merge::<f64>),
        Definition::scalar(&["kll_sketch_merge_float"], kll::merge::<f32>),
        Definition::scalar(&["kll_sketch_to_string_bigint"], kll_text::to_string::<i64>),
        Definition::scalar(&["kll_sketch_to_string_double"], kll_text::to_string::<f64>),
        Definition::scalar(&["kll_sketch_to_string_float"], kll_text::to_string::<f32>),
        Definition::scalar(&["theta_difference"], theta::difference),
        Definition::scalar(&["theta_intersection"], theta::intersection),
        Definition::aggregate(&["theta_intersection_agg"], theta_aggregate::intersection_agg),
        Definition::aggregate(&["theta_sketch_agg"], theta_aggregate::sketch_agg),
        Definition::scalar(&["theta_sketch_estimate"], theta::estimate),
        Definition::scalar(&["theta_union"], theta::union),
        Definition::aggregate(&["theta_union_agg"], theta_aggregate::union_agg),
        Definition::scalar(&["tuple_difference_double"], tuple::difference::<f64>),
        Definition::scalar(&["tuple_difference_integer"], tuple::difference::<i32>),
        Definition::scalar(&["tuple_difference_theta_double"], tuple::difference_theta::<f64>),
        Definition::scalar(&["tuple_difference_theta_integer"], tuple::difference_theta::<i32>),
        Definition::aggregate(&["tuple_intersection_agg_double"], tuple_aggregate::intersection_agg::<f64>),
        Definition::aggregate(&["tuple_intersection_agg_integer"], tuple_aggregate::intersection_agg::<i32>),
        Definition::scalar(&["tuple_intersection_double"], tuple::intersection::<f64>),
        Definition::scalar(&["tuple_intersection_integer"], tuple::intersection::<i32>),
        Definition::scalar(&["tuple_intersection_theta_double"], tuple::intersection_theta::<f64>),
        Definition::scalar(&["tuple_intersection_theta_integer"], tuple::intersection_theta::<i32>),
        Definition::aggregate(&["tuple_sketch_agg_double"], tuple_aggregate::sketch_agg::<f64>),
        Definition::aggregate(&["tuple_sketch_agg_integer"], tuple_aggregate::sketch_agg::<i32>),
        Definition::scalar(&["tuple_sketch_estimate_double"], tuple::estimate::<f64>),
        Definition::scalar(&["tuple_sketch_estimate_integer"], tuple::estimate::<i32>),
        Definition::scalar(&["tuple_sketch_summary_double"], tuple::summary::<f64>),
        Definition::scalar(&["tuple_sketch_summary_integer"], tuple::summary::<i32>),
        Definition::scalar(&["tuple_sketch_theta_double"], tuple::theta::<f64>),
        Definition::scalar(&["tuple_sketch_theta_integer"], tuple::theta::<i32>),
        Definition::aggregate(&["tuple_union_agg_double"], tuple_aggregate::union_agg::<f64>),
        Definition::aggregate(&["tuple_union_agg_integer"], tuple_aggregate::union_agg::<i32>),
        Definition::scalar(&["tuple_union_double"], tuple::union::<f64>),
        Definition::scalar(&["tuple_union_integer"], tuple::union::<i32>),
        Definition::scalar(&["tuple_union_theta_double"], tuple::union_theta::<f64>),
        Definition::scalar(&["tuple_union_theta_integer"], tuple::union_theta::<i32>),
    ]
}
