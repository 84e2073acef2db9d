//! Aggregates and window functions over a small table; the expected values are Spark's.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result};
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::expr::{Sort, WindowFunction};
use datafusion::logical_expr::utils::{find_aggregate_exprs, find_window_exprs};
use datafusion::logical_expr::{
    Expr, ExprSchemable, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, cast,
    col, lit,
};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::error::{external, from_datafusion};
use crate::{Argument, Call, Context, Kind, registry, testing};

/// `g i l d s m b`, six rows in three groups; the third row is all NULL but for its group.
fn table() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("g", Arc::new(Int32Array::from(vec![1, 1, 1, 2, 2, 3]))),
        ("i", Arc::new(Int32Array::from(vec![Some(3), Some(1), None, Some(5), Some(5), Some(7)]))),
        ("l", Arc::new(Int64Array::from(vec![Some(10), Some(20), None, Some(5), Some(i64::MAX), Some(7)]))),
        (
            "d",
            Arc::new(Float64Array::from(vec![
                Some(1.5),
                Some(2.5),
                None,
                Some(f64::NAN),
                Some(-0.5),
                Some(4.0),
            ])),
        ),
        ("s", Arc::new(StringArray::from(vec![Some("b"), Some("a"), None, Some("c"), Some("c"), Some("z")]))),
        (
            "m",
            Arc::new(
                Decimal128Array::from(vec![Some(125), Some(250), None, Some(777), Some(778), Some(100)])
                    .with_precision_and_scale(10, 2)
                    .expect("valid"),
            ),
        ),
        (
            "b",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                None,
                Some(true),
                Some(true),
                Some(false),
            ])),
        ),
    ];
    let fields: Vec<_> =
        columns.iter().map(|(n, c)| Field::new(*n, c.data_type().clone(), *n != "g")).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, c)| c).collect())
        .expect("table")
}

/// The table in one partition, or torn apart so that partial results have to be merged.
fn frame(torn: bool) -> DataFrame {
    let table = table();
    let partitions = match torn {
        false => vec![vec![table.clone()]],
        true => vec![vec![table.slice(0, 1), table.slice(3, 1)], vec![table.slice(1, 2), table.slice(4, 2)]],
    };
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(if torn {
        2
    } else {
        1
    }));
    context
        .read_table(Arc::new(MemTable::try_new(table.schema(), partitions).expect("table")))
        .expect("readable")
}

/// One use of a function: `f("sum", [col("i")]).distinct()`.
#[derive(Clone)]
struct Use {
    name: &'static str,
    arguments: Vec<Expr>,
    distinct: bool,
    filter: Option<Expr>,
    order_by: Vec<Sort>,
    ignore_nulls: Option<bool>,
    context: Context,
}

fn f<const N: usize>(name: &'static str, arguments: [Expr; N]) -> Use {
    Use {
        name,
        arguments: arguments.to_vec(),
        distinct: false,
        filter: None,
        order_by: vec![],
        ignore_nulls: None,
        context: testing::context(),
    }
}

impl Use {
    fn distinct(mut self) -> Self {
        self.distinct = true;
        self
    }

    fn filter(mut self, condition: Expr) -> Self {
        self.filter = Some(condition);
        self
    }

    fn within_group(mut self, key: Expr, ascending: bool) -> Self {
        self.order_by = vec![key.sort(ascending, ascending)];
        self
    }

    fn ignore_nulls(mut self, ignore: bool) -> Self {
        self.ignore_nulls = Some(ignore);
        self
    }

    fn legacy(mut self) -> Self {
        self.context.ansi = false;
        self
    }

    fn build(&self, frame: &DataFrame) -> Result<Expr> {
        let argument = |expr: &Expr| {
            let (_, field) = expr.to_field(frame.schema()).expect("typed");
            let field = field.as_ref().clone().with_name(expr.schema_name().to_string());
            Argument { expr: expr.clone(), field: Arc::new(field), keyword: None }
        };
        let call = Call {
            name: self.name,
            arguments: self.arguments.iter().map(argument).collect(),
            distinct: self.distinct,
            filter: self.filter.clone(),
            order_by: self.order_by.clone(),
            ignore_nulls: self.ignore_nulls,
            context: &self.context,
        };
        match registry::find(self.name).expect("registered").kind {
            Kind::Aggregate(build) | Kind::Window(build) => build(&call).map_err(external),
            _ => panic!("{} is neither aggregate nor window function", self.name),
        }
    }

    /// The results of the three groups, or of the whole table.
    async fn run(&self, torn: bool, grouped: bool) -> Result<String> {
        self.run_on(frame(torn), grouped).await
    }

    async fn run_on(&self, frame: DataFrame, grouped: bool) -> Result<String> {
        let expr = self.build(&frame)?;
        let aggregates = find_aggregate_exprs([&expr]);
        let groups = if grouped { vec![col("g")] } else { vec![] };
        let first = groups.len();
        let aggregated = frame.aggregate(groups, aggregates.clone())?;
        let result = replace(expr, &aggregates, first, &aggregated);
        let sorted = if grouped { aggregated.sort(vec![col("g").sort(true, true)])? } else { aggregated };
        print(sorted.select(vec![result])?).await
    }

    /// The results over a window ordered by `i` with NULLs first.
    async fn over(&self, frame: WindowFrame) -> Result<String> {
        let table = self::frame(false);
        let order = vec![col("i").sort(true, true), col("g").sort(true, true), col("d").sort(true, true)];
        let expr = self.build(&table)?.transform_up(|e| Ok(over(e, &order, &frame)))?.data;
        let windows = find_window_exprs([&expr]);
        let first = table.schema().fields().len();
        let windowed = table.window(windows.clone())?;
        let result = replace(expr, &windows, first, &windowed);
        print(windowed.sort(order.clone())?.select(vec![result])?).await
    }
}

/// `expr` with the nodes that `frame` computes, from its column `first` on, as columns.
fn replace(expr: Expr, nodes: &[Expr], first: usize, frame: &DataFrame) -> Expr {
    let column = |e: Expr| match nodes.iter().position(|node| *node == e) {
        Some(index) => {
            let (_, field) = frame.schema().qualified_field(first + index);
            Ok(Transformed::yes(Expr::Column(Column::new_unqualified(field.name()))))
        }
        None => Ok(Transformed::no(e)),
    };
    expr.transform_down(column).expect("transformed").data.alias("result")
}

fn over(expr: Expr, order: &[Sort], frame: &WindowFrame) -> Transformed<Expr> {
    let mut window = match expr {
        Expr::AggregateFunction(aggregate) => {
            let function = WindowFunctionDefinition::AggregateUDF(aggregate.func);
            WindowFunction::new(function, aggregate.params.args)
        }
        Expr::WindowFunction(window) => *window,
        other => return Transformed::no(other),
    };
    window.params.order_by = order.to_vec();
    window.params.window_frame = frame.clone();
    Transformed::yes(Expr::from(window))
}

async fn print(frame: DataFrame) -> Result<String> {
    let batches = frame.collect().await?;
    let options = FormatOptions::default().with_null("NULL");
    let mut values = Vec::new();
    for batch in &batches {
        let formatter = ArrayFormatter::try_new(batch.column(0), &options).expect("printable");
        values.extend((0..batch.num_rows()).map(|row| formatter.value(row).to_string()));
    }
    Ok(values.join("; "))
}

/// The answer, or the condition of the error.
fn answer(result: Result<String>) -> String {
    result.unwrap_or_else(|error| match from_datafusion(error) {
        error if error.condition() == "INTERNAL_ERROR" => error.to_string(),
        error => error.condition().to_string(),
    })
}

/// A use, its results by group, and its result over the whole table.
type Case = (Use, &'static str, &'static str);

/// Whose results do not depend on the order of rows.
#[rustfmt::skip]
fn unordered_cases() -> Vec<Case> {
    vec![
        (f("count", []), "3; 2; 1", "6"),
        (f("count", [lit(1)]), "3; 2; 1", "6"),
        (f("count", [col("i")]), "2; 2; 1", "5"),
        (f("count", [col("i"), col("s")]).distinct(), "2; 1; 1", "4"),
        (f("count", [col("i"), col("s")]), "2; 2; 1", "5"),
        (f("count", [col("i")]).filter(col("b")), "1; 2; 0", "3"),
        (f("count_if", [col("b")]), "1; 2; 0", "3"),
        (f("sum", [col("i")]), "4; 10; 7", "21"),
        (f("sum", [col("i")]).distinct(), "4; 5; 7", "16"),
        (f("sum", [col("m")]), "3.75; 15.55; 1.00", "20.30"),
        (f("sum", [col("l")]).filter(col("g").not_eq(lit(2))), "30; NULL; 7", "37"),
        (f("sum", [col("l")]).legacy(), "30; -9223372036854775804; 7", "-9223372036854775767"),
        (f("try_sum", [col("l")]), "30; NULL; 7", "NULL"),
        (f("avg", [col("i")]), "2.0; 5.0; 7.0", "4.2"),
        (f("avg", [col("m")]), "1.875000; 7.775000; 1.000000", "4.060000"),
        (f("try_avg", [col("m")]).distinct(), "1.875000; 7.775000; 1.000000", "4.060000"),
        (f("max", [col("d")]), "2.5; NaN; 4.0", "NaN"),
        (f("min", [col("d")]), "1.5; -0.5; 4.0", "-0.5"),
        (f("max", [col("s")]), "b; c; z", "z"),
        (f("min", [col("b")]), "false; true; false", "false"),
        (f("stddev", [col("i")]), "1.4142135623730951; 0.0; NULL", "2.280350850198276"),
        (f("var_pop", [col("i")]), "1.0; 0.0; 0.0", "4.16"),
        (f("variance", [col("i")]).distinct(), "2.0; NULL; NULL", "6.666666666666667"),
        (f("skewness", [col("i")]), "0.0; NULL; NULL", "-0.27154541788363923"),
        (f("product", [col("i")]), "3.0; 25.0; 7.0", "525.0"),
        (f("corr", [col("i"), col("d")]), "-1.0; NULL; NULL", "NaN"),
        (f("covar_samp", [col("i"), col("i")]), "2.0; 0.0; NULL", "5.2"),
        (f("regr_slope", [col("i"), col("g")]), "NULL; NULL; NULL", "2.571428571428571"),
        (f("regr_count", [col("i"), col("d")]), "2; 2; 1", "5"),
        (f("regr_avgx", [col("i"), col("g")]), "1.0; 2.0; 3.0", "1.8"),
        (f("bool_and", [col("b")]), "false; true; false", "false"),
        (f("some", [col("b")]), "true; true; false", "true"),
        (f("bit_xor", [col("i")]), "2; 0; 7", "5"),
        (f("bit_and", [col("i")]), "1; 5; 7", "1"),
        (f("median", [col("i")]), "2.0; 5.0; 7.0", "5.0"),
        (f("percentile", [col("i"), lit(0.3)]), "1.6; 5.0; 7.0", "3.4"),
        (f("percentile", [col("i"), lit(0.5), col("g")]), "2.0; 5.0; 7.0", "5.0"),
        (f("percentile_cont", [lit(0.25)]).within_group(col("i"), true), "1.5; 5.0; 7.0", "3.0"),
        (f("percentile_cont", [lit(0.25)]).within_group(col("i"), false), "2.5; 5.0; 7.0", "5.0"),
        (f("percentile_disc", [lit(0.5)]).within_group(col("i"), true), "1.0; 5.0; 7.0", "5.0"),
        (f("percentile_approx", [col("i"), lit(0.5)]), "1; 5; 7", "5"),
        (f("mode", [col("i"), lit(true)]), "1; 5; 7", "5"),
        (f("mode", []).within_group(col("i"), false), "3; 5; 7", "5"),
        (f("max_by", [col("s"), col("i")]), "b; c; z", "z"),
        (f("min_by", [col("s"), col("i")]), "a; c; z", "a"),
        (f("max_by", [col("s"), col("i"), lit(2)]), "[b, a]; [c, c]; [z]", "[z, c]"),
        (f("approx_count_distinct", [col("s")]), "2; 1; 1", "4"),
        (f("listagg", [col("s"), lit("-")]).within_group(col("s"), false), "b-a; c-c; z", "z-c-c-b-a"),
        (f("listagg", [col("s"), lit("-")]).within_group(col("s"), true).distinct(), "a-b; c; z", "a-b-c-z"),
        (f("histogram_numeric", [col("i"), lit(10)]), "[{x: 1, y: 1.0}, {x: 3, y: 1.0}]; [{x: 5, y: 2.0}]; [{x: 7, y: 1.0}]", "[{x: 1, y: 1.0}, {x: 3, y: 1.0}, {x: 5, y: 2.0}, {x: 7, y: 1.0}]"),
        (f("any_value", [col("b"), lit(true)]).filter(col("g").gt(lit(1))), "NULL; true; false", "true"),
    ]
}

/// Whose results follow the order of rows.
#[rustfmt::skip]
fn ordered_cases() -> Vec<Case> {
    vec![
        (f("first", [col("i"), lit(false)]), "3; 5; 7", "3"),
        (f("last", [col("i"), lit(false)]), "NULL; 5; 7", "7"),
        (f("last", [col("i"), lit(true)]), "1; 5; 7", "7"),
        (f("first_value", [col("s")]).ignore_nulls(true).filter(col("i").gt(lit(4))), "NULL; c; z", "c"),
        (f("collect_list", [col("i")]), "[3, 1]; [5, 5]; [7]", "[3, 1, 5, 5, 7]"),
        (f("collect_list", [col("i")]).distinct(), "[3, 1]; [5]; [7]", "[3, 1, 5, 7]"),
        (f("collect_list", [col("i")]).ignore_nulls(false), "[3, 1, NULL]; [5, 5]; [7]", "[3, 1, NULL, 5, 5, 7]"),
        (f("collect_list", [col("i")]).filter(col("i").gt(lit(9))), "[]; []; []", "[]"),
        (f("collect_set", [col("s")]), "[b, a]; [c]; [z]", "[b, a, c, z]"),
        (f("listagg", [col("s")]), "ba; cc; z", "baccz"),
        (f("listagg", [col("i"), lit(", ")]), "3, 1; 5, 5; 7", "3, 1, 5, 5, 7"),
        (f("mode", [col("i")]), "3; 5; 7", "5"),
    ]
}

#[tokio::test]
async fn aggregates_agree_with_spark() {
    let torn = unordered_cases().into_iter().map(|case| (case, true));
    let whole = unordered_cases().into_iter().chain(ordered_cases()).map(|case| (case, false));
    let mut wrong = Vec::new();
    for ((call, groups, total), torn) in whole.chain(torn) {
        for (expected, grouped) in [(groups, true), (total, false)] {
            let found = answer(call.run(torn, grouped).await);
            let close = match (found.parse::<f64>(), expected.parse::<f64>()) {
                (Ok(found), Ok(expected)) => (found - expected).abs() < 1e-12,
                _ => false,
            };
            if found != expected && !close {
                wrong
                    .push(format!("{} {:?} torn={torn}: {found}, not {expected}", call.name, call.arguments));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn large_groups_agree_with_spark() {
    let id = || cast(col("id"), DataType::Int64);
    let cases = [
        (f("approx_count_distinct", [id()]), 100_000, "95546"),
        (f("approx_count_distinct", [id(), lit(0.1)]), 100_000, "102065"),
        (f("approx_count_distinct", [cast(col("id"), DataType::Utf8)]), 100_000, "97299"),
        (f("approx_count_distinct", [id()]), 300, "296"),
        (f("percentile_approx", [id(), lit(0.5)]), 100_000, "49999"),
        (
            f("histogram_numeric", [id(), lit(5)]),
            100,
            "[{x: 11, y: 25.0}, {x: 36, y: 24.0}, {x: 59, y: 23.0}, {x: 84, y: 25.0}, {x: 98, y: 3.0}]",
        ),
    ];
    for (call, rows, expected) in cases {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
        // Spark's answers are of one partition; summaries that are merged answer a little otherwise there too.
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        let frame = context.read_batch(RecordBatch::try_from_iter([("id", ids)]).expect("ids"));
        let found = answer(call.run_on(frame.expect("readable"), false).await);
        assert_eq!(found, expected, "{} {:?}", call.name, call.arguments);
    }
}

#[tokio::test]
async fn wrong_calls_and_values_are_refused() {
    let cases = [
        (f("sum", [col("l")]), "ARITHMETIC_OVERFLOW"),
        (f("sum", [col("b")]), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        (
            f("sum", [col("i")]).within_group(col("i"), true),
            "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
        ),
        (f("sum", [col("i"), col("i")]), "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
        (f("bool_and", [col("i")]), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        (f("percentile", [col("i"), lit(1.5)]), "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        (f("percentile", [col("i"), col("d")]), "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
        (f("percentile", [col("i"), lit(0.5), lit(-1)]), "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION"),
        (f("percentile_cont", [lit(0.5)]), "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING"),
        (f("max_by", [col("i"), col("i"), lit(0)]), "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE"),
        (f("listagg", [col("s"), col("s")]), "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"),
        (f("bitmap_construct_agg", [lit(40000i64)]), "INVALID_BITMAP_POSITION"),
    ];
    let mut wrong = Vec::new();
    for (call, condition) in cases {
        let found = answer(call.run(false, false).await);
        if found != condition {
            wrong.push(format!("{} {:?}: {found}, not {condition}", call.name, call.arguments));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn window_functions_agree_with_spark() {
    let growing = WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(datafusion::common::ScalarValue::UInt64(None)),
        WindowFrameBound::CurrentRow,
    );
    let one = || datafusion::common::ScalarValue::UInt64(Some(1));
    let sliding = WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(one()),
        WindowFrameBound::Following(one()),
    );
    // By i: NULL 1 3 5 5 7, with g: 1 1 1 2 2 3.
    let cases = [
        (f("row_number", []), &growing, "1; 2; 3; 4; 5; 6"),
        (f("ntile", [lit(4)]), &growing, "1; 1; 2; 2; 3; 4"),
        (f("lag", [col("i")]), &growing, "NULL; NULL; 1; 3; 5; 5"),
        (f("lag", [col("i"), lit(1), lit(-1)]), &growing, "-1; NULL; 1; 3; 5; 5"),
        (f("lag", [col("i"), lit(1), col("g")]), &growing, "1; NULL; 1; 3; 5; 5"),
        (f("lead", [col("i"), lit(2), col("g")]), &growing, "3; 5; 5; 7; 2; 3"),
        (f("lag", [col("i")]).ignore_nulls(true), &growing, "NULL; NULL; 1; 3; 5; 5"),
        (f("nth_value", [col("i"), lit(2)]), &growing, "NULL; 1; 1; 1; 1; 1"),
        (f("nth_value", [col("i"), lit(2), lit(true)]), &growing, "NULL; NULL; 3; 3; 3; 3"),
        (f("counter_diff", [col("i")]), &growing, "NULL; NULL; 2; 2; 0; 2"),
        (f("sum", [col("i")]), &sliding, "1; 4; 9; 13; 17; 12"),
        (f("avg", [col("m")]), &sliding, "2.500000; 1.875000; 3.843333; 5.600000; 5.516667; 4.385000"),
        (f("first", [col("i"), lit(true)]), &sliding, "1; 1; 1; 3; 5; 5"),
        (f("last", [col("i"), lit(false)]), &sliding, "1; 3; 5; 5; 7; 7"),
        (f("collect_list", [col("i")]), &sliding, "[1]; [1, 3]; [1, 3, 5]; [3, 5, 5]; [5, 5, 7]; [5, 7]"),
        (
            f("collect_list", [col("i")]),
            &growing,
            "[]; [1]; [1, 3]; [1, 3, 5]; [1, 3, 5, 5]; [1, 3, 5, 5, 7]",
        ),
        (f("max", [col("d")]), &sliding, "2.5; 2.5; 2.5; NaN; NaN; NaN"),
        (
            f("stddev", [col("i")]),
            &sliding,
            "NULL; 1.4142135623730951; 2.0; 1.1547005383792517; 1.1547005383792517; 1.4142135623730951",
        ),
        (f("bool_or", [col("b")]), &sliding, "false; true; true; true; true; true"),
        (f("median", [col("i")]), &sliding, "1.0; 2.0; 3.0; 5.0; 5.0; 6.0"),
        (f("try_sum", [col("l")]), &sliding, "20; 30; NULL; NULL; NULL; 12"),
    ];
    let mut wrong = Vec::new();
    for (call, frame, expected) in cases {
        let found = answer(call.over(frame.clone()).await);
        if found != expected {
            wrong.push(format!("{} {:?}: {found}, not {expected}", call.name, call.arguments));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn types_are_sparks() {
    let cases = [
        (f("sum", [col("i")]), DataType::Int64),
        (f("sum", [col("m")]), DataType::Decimal128(20, 2)),
        (f("avg", [col("m")]), DataType::Decimal128(14, 6)),
        (f("count", [col("m")]), DataType::Int64),
        (f("approx_count_distinct", [col("m")]), DataType::Int64),
        (f("bit_or", [col("i")]), DataType::Int32),
        (f("rank", []), DataType::Int32),
        (f("cume_dist", []), DataType::Float64),
    ];
    let frame = frame(false);
    for (call, expected) in cases {
        let expr = call.build(&frame).expect("typed");
        assert_eq!(expr.get_type(frame.schema()).expect("typed"), expected, "{}", call.name);
    }
}
