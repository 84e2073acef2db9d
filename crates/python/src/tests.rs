//! Functions in real Python processes; they need a Python with PySpark (`PYSPARK_PYTHON`, else `python3`) and pass
//! without running where there is none.

use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StructArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType as Arrow, Field, Int32Type, Int64Type};
use datafusion::execution::SessionStateBuilder;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Expr, ExprFunctionExt, JoinType, ScalarUDF};
use datafusion::prelude::{DataFrame, SessionContext, col, lit};
use lang::ir::PythonFunction;
use lang::{Error, ErrorKind};
use plan::contract::{Python, PythonSession};

use crate::Workers;
use plan::contract::KEYWORD_KEY;

const BATCHED: i32 = 100;
const ARROW_BATCHED: i32 = 101;
const PANDAS: i32 = 200;
const ARROW: i32 = 250;

/// Prints a function and its type as clients pickle them, and the version.
const PICKLE: &str = "
import sys
from pyspark.serializers import CloudPickleSerializer
from pyspark.sql.types import DataType, _parse_datatype_json_string
definition, returned = sys.argv[1:]
scope = {}
exec(definition, scope)
pair = scope['f'], _parse_datatype_json_string(returned)
print('%d.%d' % sys.version_info[:2], CloudPickleSerializer().dumps(pair).hex())
";

/// A Python that has PySpark, asked once.
static EXECUTABLE: LazyLock<Option<String>> = LazyLock::new(|| {
    let python = std::env::var("PYSPARK_PYTHON").unwrap_or_else(|_| "python3".to_string());
    let imports = Command::new(&python).args(["-c", "import pyspark.worker, pandas, pyarrow"]).output();
    imports.is_ok_and(|output| output.status.success()).then_some(python)
});

fn python() -> Option<&'static str> {
    EXECUTABLE.as_deref()
}

fn session(executable: &str, conf: &[(&str, &str)]) -> PythonSession {
    PythonSession {
        executable: executable.to_string(),
        time_zone: "America/New_York".to_string(),
        conf: conf.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect(),
        ..PythonSession::default()
    }
}

/// `definition` defines `f`.
fn function(executable: &str, definition: &str, eval_type: i32, returned: &str) -> Arc<PythonFunction> {
    let output_type = lang::parse_data_type(returned).unwrap();
    let json = crate::type_json::type_json(&output_type).to_string();
    let output = Command::new(executable).args(["-c", PICKLE, definition, &json]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (python_version, hex) = text.trim().split_once(' ').expect("a pickle");
    let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
    Arc::new(PythonFunction {
        eval_type,
        command: (0..hex.len()).step_by(2).map(byte).collect(),
        python_version: python_version.to_string(),
        output_type,
        deterministic: true,
    })
}

fn resolve(workers: &Workers, function: &Arc<PythonFunction>, columns: &[ArrayRef]) -> Arc<ScalarUDF> {
    let fields: Vec<_> =
        columns.iter().map(|c| Arc::new(Field::new("c", c.data_type().clone(), true))).collect();
    workers.scalar("f", function, &fields, &session(python().unwrap(), &[])).unwrap()
}

/// A context whose plans call functions of `workers`.
fn context(workers: &Workers) -> SessionContext {
    let state = SessionStateBuilder::new_with_default_features();
    SessionContext::new_with_state(state.with_optimizer_rule(Arc::new(workers.separate_calls())).build())
}

async fn call(
    workers: &Workers,
    udf: &ScalarUDF,
    columns: &[ArrayRef],
    rows: usize,
) -> Result<ArrayRef, Error> {
    let place: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    let names: Vec<String> = (0..=columns.len()).map(|i| format!("c{i}")).collect();
    let all = columns.iter().cloned().chain([place]);
    let batch = RecordBatch::try_from_iter(names.iter().zip(all)).unwrap();
    let frame = context(workers).read_batch(batch).unwrap();
    let arguments = names[..columns.len()].iter().map(col).collect();
    let frame = frame.select(vec![udf.call(arguments).alias("result")]).unwrap();
    let batches = frame.collect().await.map_err(functions::error::from_datafusion)?;
    let results: Vec<&dyn Array> = batches.iter().map(|b| b.column(0).as_ref()).collect();
    Ok(concat(&results).unwrap())
}

fn longs(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Results as text, NULL as `null`.
fn texts(column: &ArrayRef) -> Vec<String> {
    let text = cast(column, &Arrow::Utf8).unwrap();
    text.as_string::<i32>().iter().map(|v| v.unwrap_or("null").to_string()).collect()
}

#[tokio::test]
async fn every_scalar_kind_gets_its_arguments_in_its_own_form() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let columns = [longs(&[Some(1), None, Some(3)]), longs(&[Some(10), Some(20), Some(30)])];
    let per_row = "f = lambda a, b: None if a is None else a + b";
    let cases = [
        (per_row, BATCHED),
        (per_row, ARROW_BATCHED),
        ("f = lambda a, b: a + b", PANDAS),
        ("import pyarrow.compute as pc\ndef f(a, b):\n    return pc.add(a, b)", ARROW),
    ];
    for (definition, eval_type) in cases {
        let udf = resolve(&workers, &function(python, definition, eval_type, "bigint"), &columns);
        for _ in 0..2 {
            let result = call(&workers, &udf, &columns, 3).await.unwrap();
            assert_eq!(result.as_primitive::<Int64Type>(), &Int64Array::from(vec![Some(11), None, Some(33)]));
        }
    }
}

#[tokio::test]
async fn results_of_other_types_become_what_spark_makes_of_them() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = [longs(&[Some(0)])];
    let cases = [
        (BATCHED, "'1'", "int", "null"),
        (BATCHED, "True", "int", "null"),
        (BATCHED, "1.5", "int", "null"),
        (BATCHED, "2**40", "int", "0"),
        (BATCHED, "2**70", "bigint", "null"),
        (BATCHED, "300", "tinyint", "44"),
        (BATCHED, "1", "double", "null"),
        (BATCHED, "1.5", "string", "1.5"),
        (BATCHED, "1e20", "string", "1.0E20"),
        (BATCHED, "0.0001", "string", "1.0E-4"),
        (BATCHED, "1234567.0", "string", "1234567.0"),
        (BATCHED, "0.001", "string", "0.001"),
        (BATCHED, "[1, 'x', None, True, 2.5]", "string", "[1, x, null, true, 2.5]"),
        (BATCHED, "__import__('decimal').Decimal('1.255')", "decimal(10,2)", "1.26"),
        (BATCHED, "__import__('datetime').date(2024, 1, 2)", "date", "2024-01-02"),
        (ARROW_BATCHED, "'1'", "int", "1"),
        (ARROW_BATCHED, "1.5", "int", "1"),
        (ARROW_BATCHED, "1.5", "string", "1.5"),
        (ARROW_BATCHED, "1", "date", "1970-01-02"),
    ];
    for (eval_type, value, returned, expected) in cases {
        let function = function(python, &format!("f = lambda _: {value}"), eval_type, returned);
        let result = call(&workers, &resolve(&workers, &function, &column), &column, 1).await.unwrap();
        assert_eq!(texts(&result), [expected], "{value} as {returned} in {eval_type}");
    }
}

#[tokio::test]
async fn nested_values_arrive_as_rows_lists_and_dictionaries() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let child = Arc::new(Field::new("x", Arrow::Int64, true));
    let row: ArrayRef = Arc::new(StructArray::from(vec![(child, longs(&[Some(7), Some(8)]))]));
    let returned = "struct<a:int,b:array<string>,c:map<string,double>>";
    for eval_type in [BATCHED, ARROW_BATCHED] {
        let definition = "f = lambda r: (r.x, [repr(r)], {'k': 0.5})";
        let udf = resolve(&workers, &function(python, definition, eval_type, returned), &[Arc::clone(&row)]);
        let result = call(&workers, &udf, &[Arc::clone(&row)], 2).await.unwrap();
        let result = result.as_struct();
        assert_eq!(result.column(0).as_primitive::<Int32Type>().values(), &[7, 8]);
        let shown = result.column(1).as_list::<i32>().value(1);
        assert_eq!(shown.as_string::<i32>(), &StringArray::from(vec!["Row(x=8)"]));
        assert_eq!(texts(result.column(2).as_map().values()), ["0.5", "0.5"]);
    }
}

#[tokio::test]
async fn a_failing_function_fails_alone() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = [longs(&[Some(1)])];
    let cases = [
        ("f = lambda a: a / 0", "int", ErrorKind::Python, "ZeroDivisionError: division by zero"),
        ("def f(a):\n    import os; os._exit(3)", "int", ErrorKind::Data, "exit status: 3"),
        ("f = lambda a: 'x'", "int", ErrorKind::Python, "ArrowInvalid"),
        ("f = lambda a: 'x' * 500000 + 1", "int", ErrorKind::Python, "TypeError"),
    ];
    for (definition, returned, kind, message) in cases {
        let function = function(python, definition, ARROW_BATCHED, returned);
        let error = call(&workers, &resolve(&workers, &function, &column), &column, 1).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
    }
    let sound = function(python, "f = lambda a: a", ARROW_BATCHED, "bigint");
    assert!(call(&workers, &resolve(&workers, &sound, &column), &column, 1).await.is_ok());
}

#[tokio::test]
async fn pickles_of_another_version_are_refused() {
    let Some(python) = python() else { return };
    let column = [longs(&[Some(1)])];
    let mut other = function(python, "f = lambda a: a", ARROW_BATCHED, "bigint").as_ref().clone();
    other.python_version = "2.7".to_string();
    let workers = Workers::new();
    let udf = resolve(&workers, &Arc::new(other), &column);
    let error = call(&workers, &udf, &column, 1).await.unwrap_err();
    assert!(error.message().contains("PYTHON_VERSION_MISMATCH"), "{error}");
}

#[tokio::test]
async fn functions_without_arguments_and_prints_do_not_disturb_the_frames() {
    let Some(python) = python() else { return };
    let definition = "def f():\n    print('printed by a test'); import sys; return sys.stdin.read()";
    let workers = Workers::new();
    for eval_type in [BATCHED, ARROW_BATCHED] {
        let udf = resolve(&workers, &function(python, definition, eval_type, "string"), &[]);
        assert_eq!(texts(&call(&workers, &udf, &[], 2).await.unwrap()), ["", ""]);
    }
}

#[tokio::test]
async fn arguments_can_be_named() {
    let Some(python) = python() else { return };
    let fields: Vec<_> = ["b", "a"]
        .map(|name| {
            let metadata = [(KEYWORD_KEY.to_string(), name.to_string())].into();
            Arc::new(Field::new("c", Arrow::Int64, true).with_metadata(metadata))
        })
        .to_vec();
    let columns = [longs(&[Some(1)]), longs(&[Some(10)])];
    let workers = Workers::new();
    for eval_type in [BATCHED, ARROW_BATCHED, PANDAS] {
        let function = function(python, "def f(a, b):\n    return a - b", eval_type, "bigint");
        let udf = workers.scalar("f", &function, &fields, &session(python, &[])).unwrap();
        assert_eq!(texts(&call(&workers, &udf, &columns, 1).await.unwrap()), ["9"]);
    }
}

/// A query keeps its process, many frames long; what is given back is used again.
#[tokio::test]
async fn frames_of_one_function_go_to_one_process() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let values: Vec<_> = (0..25_000).map(Some).collect();
    let column = [longs(&values)];
    let definition = "import os\nf = lambda a: os.getpid()";
    let mut processes = Vec::new();
    for eval_type in [BATCHED, ARROW_BATCHED] {
        let udf = resolve(&workers, &function(python, definition, eval_type, "bigint"), &column);
        let result = call(&workers, &udf, &column, values.len()).await.unwrap();
        assert_eq!(result.len(), values.len());
        processes.extend(result.as_primitive::<Int64Type>().values().iter().copied());
    }
    processes.dedup();
    assert_eq!(processes.len(), 1);
}

#[tokio::test]
async fn dropping_an_evaluation_kills_its_process() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = [longs(&[Some(1)])];
    let file = std::env::temp_dir().join(format!("firesteel-python-test-{}", std::process::id()));
    let definition = format!(
        "def f(a):\n    import os, time\n    open({file:?}, 'w').write(str(os.getpid()))\n    time.sleep(600)"
    );
    let udf = resolve(&workers, &function(python, &definition, ARROW_BATCHED, "int"), &column);
    let started = Instant::now();
    let process = loop {
        let waited = tokio::time::timeout(Duration::from_secs(3), call(&workers, &udf, &column, 1)).await;
        assert!(waited.is_err(), "it sleeps");
        match std::fs::read_to_string(&file) {
            Ok(text) if !text.is_empty() => break text,
            _ => assert!(started.elapsed() < Duration::from_secs(60), "never started"),
        }
    };
    std::fs::remove_file(&file).unwrap();
    let status = std::path::PathBuf::from(format!("/proc/{process}/status"));
    let alive = || std::fs::read_to_string(&status).is_ok_and(|text| !text.contains("State:\tZ"));
    let started = Instant::now();
    while alive() {
        assert!(started.elapsed() < Duration::from_secs(10), "process {process} lives on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn projections_and_filters_wait_for_functions() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = longs(&[Some(1), Some(2), Some(3)]);
    let function = function(python, "f = lambda a: a * 10", ARROW_BATCHED, "bigint");
    let udf = resolve(&workers, &function, &[Arc::clone(&column)]);
    let context = context(&workers);
    let rows = RecordBatch::try_from_iter([("a", column)]).unwrap();
    let frame = context.read_batch(rows).unwrap();
    let frame = frame.filter(udf.call(vec![col("a")]).gt(lit(10_i64))).unwrap();
    let frame = frame.select(vec![(udf.call(vec![col("a") + lit(1_i64)]) + lit(1_i64)).alias("r")]).unwrap();
    let batches = frame.collect().await.unwrap();
    let results: Vec<_> = batches.iter().flat_map(|b| texts(b.column(0))).collect();
    assert_eq!(results, ["31", "41"]);
}

/// Every place of a plan where a call may stand; `f` adds one.
#[tokio::test]
async fn plans_wait_for_calls_everywhere() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = longs(&[Some(3), Some(1), Some(2)]);
    let function = function(python, "f = lambda a: a + 1", ARROW_BATCHED, "bigint");
    let udf = resolve(&workers, &function, &[Arc::clone(&column)]);
    let context = context(&workers);
    let rows = RecordBatch::try_from_iter([("a", column)]).unwrap();
    let t = || context.read_batch(rows.clone()).unwrap();
    let u = || t().select(vec![col("a").alias("b")]).unwrap();
    let f = |e: Expr| udf.call(vec![e]);
    let a = || col("a");
    let number = |n: i64| lit(n);
    let join = |kind, condition: Expr| t().join_on(u(), kind, [condition]);
    let both = f(a() + col("b")).eq(number(6)).and(a().eq(col("b") + number(1)));
    let outer = join(JoinType::Left, f(f(a())).eq(f(col("b"))));
    let window = Expr::from(WindowFunction::new(sum_udaf(), vec![f(a())]));
    let window = window.order_by(vec![f(a()).sort(true, false)]).build().unwrap();
    let cases = [
        ("nested", t().select(vec![f(f(f(a())))]), "6,4,5"),
        (
            "filter",
            t().filter(f(f(a())).gt(number(3))).and_then(|t| t.select(vec![f(a()) + f(f(a()))])),
            "9,7",
        ),
        ("sort", t().sort(vec![f(-a()).sort(true, false)]), "3,2,1"),
        ("aggregate", t().aggregate(vec![], vec![sum(f(a()))]), "9"),
        ("group", t().aggregate(vec![f(a() % number(2))], vec![count(a())]).and_then(sorted), "1,2"),
        ("window", t().select(vec![window]).and_then(sorted), "2,5,9"),
        ("join", join(JoinType::Inner, f(a()).eq(col("b"))).and_then(sorted), "1,2"),
        ("outer join", outer.and_then(|t| t.filter(col("b").is_null())), "3"),
        ("join on both", join(JoinType::Inner, both), "3"),
        ("constant", t().select(vec![f(number(1))]).and_then(|t| t.distinct()), "2"),
    ];
    for (place, frame, expected) in cases {
        let batches = frame.unwrap().collect().await.unwrap_or_else(|e| panic!("{place}: {e}"));
        let results: Vec<_> = batches.iter().flat_map(|b| texts(b.column(0))).collect();
        assert_eq!(results.join(","), expected, "{place}");
    }
}

/// Functions inside each other share a worker, and hand each other what they return as it is.
#[tokio::test]
async fn functions_inside_each_other_are_one_chain() {
    let Some(python) = python() else { return };
    let workers = Workers::new();
    let column = longs(&[Some(1), Some(0)]);
    let inner = function(python, "f = lambda a: 5", BATCHED, "string");
    let outer = function(python, "f = lambda a: type(a).__name__", BATCHED, "string");
    let inner = resolve(&workers, &inner, &[Arc::clone(&column)]);
    let outer = resolve(&workers, &outer, &[Arc::new(StringArray::from(vec!["a"])) as ArrayRef]);
    let divided = function(python, "f = lambda a: 1 // a", BATCHED, "bigint");
    let divided = resolve(&workers, &divided, &[Arc::clone(&column)]);
    let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
    let frame = context(&workers).read_batch(batch).unwrap();
    // Zero is not divided by: the condition without a function comes first.
    let condition = divided.call(vec![col("a")]).eq(lit(1_i64)).and(col("a").gt(lit(0_i64)));
    let frame = frame.filter(condition).unwrap();
    let chained = outer.call(vec![inner.call(vec![col("a")])]);
    let frame = frame.select(vec![chained]).unwrap();
    let plan = frame.clone().into_optimized_plan().unwrap().display_indent().to_string();
    assert_eq!(plan.matches("Python").count(), 2, "{plan}");
    let rows = frame.collect().await.unwrap();
    let results: Vec<_> = rows.iter().flat_map(|b| texts(b.column(0))).collect();
    assert_eq!(results, ["int"]);
}

fn sorted(frame: DataFrame) -> datafusion::common::Result<DataFrame> {
    let column = frame.schema().columns().remove(0);
    frame.sort(vec![Expr::Column(column).sort(true, false)])
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let function = |eval_type, returned: &str| {
        Arc::new(PythonFunction {
            eval_type,
            command: Vec::new(),
            python_version: "3.11".to_string(),
            output_type: lang::parse_data_type(returned).unwrap(),
            deterministic: true,
        })
    };
    let profiled = [("spark.sql.pyspark.udf.profiler", "other")];
    let cases = [
        (function(204, "int"), session("python", &[]), "scalar iterator in pandas"),
        (function(ARROW_BATCHED, "interval month"), session("python", &[]), "INTERVAL MONTH"),
        (function(ARROW_BATCHED, "int"), session("python", &profiled), "profiler=other"),
    ];
    for (function, session, message) in cases {
        let error = Workers::new().scalar("f", &function, &[], &session).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains(message), "{error}");
    }
}
