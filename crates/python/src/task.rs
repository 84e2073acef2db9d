//! What a worker must be told before it gets rows: the function, the types and the settings.

use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{DataType as Arrow, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use functions::types;
use lang::ir::PythonFunction;
use lang::{DataType, Error, Result, StructField};
use plan::contract::{KEYWORD_KEY, PythonSession};
use serde_json::json;

use crate::eval_type::EvalType;
use crate::process::Launch;
use crate::protocol::{Message, mark};
use crate::type_json::struct_json;

/// Spark's default number of rows per frame.
const MAX_RECORDS: usize = 10_000;
const MAX_RECORDS_KEY: &str = "spark.sql.execution.arrow.maxRecordsPerBatch";
const TIME_ZONE_KEY: &str = "spark.sql.session.timeZone";

/// Settings that PySpark's worker reads.
const RUNNER_KEYS: [&str; 10] = [
    "spark.sql.execution.arrow.maxBytesPerBatch",
    MAX_RECORDS_KEY,
    "spark.sql.execution.arrow.useLargeVarTypes",
    "spark.sql.execution.pandas.convertToArrowArraySafely",
    "spark.sql.execution.pyspark.binaryAsBytes",
    "spark.sql.execution.pythonUDF.arrow.concurrency.level",
    "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled",
    "spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype",
    "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName",
    "spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled",
];

/// A folder that modules are never found in, for sessions without files of their own.
const NO_FILES: &str = "/dev/null";

/// One function over arguments of known types, ready to be sent.
#[derive(Debug)]
pub(crate) struct Task {
    /// What a process must have been started with to run it.
    pub(crate) launch: Arc<Launch>,
    /// The message a worker gets first.
    pub(crate) start: Vec<u8>,
    /// The columns it gets then.
    pub(crate) input: SchemaRef,
    /// The field it answers with.
    pub(crate) output: FieldRef,
    pub(crate) max_records: usize,
}

impl Task {
    /// # Errors
    /// Kinds of functions, types and settings that workers are not given.
    pub(crate) fn new(
        name: &str,
        function: &PythonFunction,
        arguments: &[FieldRef],
        session: &PythonSession,
    ) -> Result<Arc<Task>> {
        let eval_type = EvalType::scalar(name, function.eval_type)?;
        refuse_profiling(session)?;
        check_type(name, &function.output_type)?;
        let fields: Vec<StructField> = arguments
            .iter()
            .enumerate()
            .map(|(i, field)| StructField::new(format!("_{i}"), types::from_field(field), true))
            .collect();
        fields.iter().try_for_each(|field| check_type(name, &field.data_type))?;
        let keywords: Vec<Option<&str>> =
            arguments.iter().map(|field| field.metadata().get(KEYWORD_KEY).map(String::as_str)).collect();
        let start = start_message(eval_type, function, &fields, &keywords, session)
            .map_err(|e| Error::unsupported(format!("the Python function {name}: {e}")))?;
        Ok(Arc::new(Task {
            launch: Arc::new(Launch::new(session)),
            start,
            input: input_schema(&fields, &session.time_zone),
            output: Arc::new(types::to_field(name, &function.output_type, true)),
            max_records: max_records(session)?,
        }))
    }
}

fn refuse_profiling(session: &PythonSession) -> Result<()> {
    match session.conf.get("spark.sql.pyspark.udf.profiler") {
        Some(profiler) if !profiler.is_empty() => {
            Err(Error::unsupported(format!("spark.sql.pyspark.udf.profiler={profiler}")))
        }
        _ => Ok(()),
    }
}

fn max_records(session: &PythonSession) -> Result<usize> {
    let Some(text) = session.conf.get(MAX_RECORDS_KEY) else { return Ok(MAX_RECORDS) };
    let number: i64 = text.trim().parse().map_err(|_| {
        Error::new(lang::ErrorKind::InvalidArgument, "INVALID_CONF_VALUE.TYPE_MISMATCH")
            .with("confName", MAX_RECORDS_KEY)
            .with("confValue", text)
            .with("confType", "int")
    })?;
    // Zero and less: as many as there are.
    Ok(usize::try_from(number).ok().filter(|n| *n > 0).unwrap_or(usize::MAX))
}

/// Types that Python has no value for, or PySpark no Arrow form.
fn check_type(name: &str, data_type: &DataType) -> Result<()> {
    match data_type {
        DataType::YearMonthInterval { .. } | DataType::CalendarInterval => {
            Err(Error::unsupported(format!("the type {} in the Python function {name}", data_type.sql())))
        }
        DataType::Array { element, .. } => check_type(name, element),
        DataType::Map { key, value, .. } => check_type(name, key).and_then(|()| check_type(name, value)),
        DataType::Struct(fields) => fields.fields.iter().try_for_each(|f| check_type(name, &f.data_type)),
        DataType::Udt { sql_type, .. } => check_type(name, sql_type),
        _ => Ok(()),
    }
}

/// The arguments' Arrow types; instants carry the session's time zone, as Spark's do.
fn input_schema(fields: &[StructField], time_zone: &str) -> SchemaRef {
    let fields: Vec<FieldRef> = fields
        .iter()
        .map(|f| Arc::new(Field::new(&f.name, in_zone(&types::to_arrow(&f.data_type), time_zone), true)))
        .collect();
    Arc::new(Schema::new(fields))
}

fn in_zone(data_type: &Arrow, time_zone: &str) -> Arrow {
    let field = |f: &FieldRef| -> FieldRef {
        Arc::new(f.as_ref().clone().with_data_type(in_zone(f.data_type(), time_zone)))
    };
    match data_type {
        Arrow::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            Arrow::Timestamp(TimeUnit::Microsecond, Some(time_zone.into()))
        }
        Arrow::List(element) => Arrow::List(field(element)),
        Arrow::Map(entries, sorted) => Arrow::Map(field(entries), *sorted),
        Arrow::Struct(fields) => Arrow::Struct(fields.iter().map(field).collect()),
        other => other.clone(),
    }
}

/// PySpark's initial message: where it runs, settings, types, and the function with its arguments.
fn start_message(
    eval_type: EvalType,
    function: &PythonFunction,
    arguments: &[StructField],
    keywords: &[Option<&str>],
    session: &PythonSession,
) -> io::Result<Vec<u8>> {
    let mut body = Message::default();
    // Partition, version, task.
    body.int(0).text(&function.python_version)?.text(&task_context(session).to_string())?;
    // The files folder, no further modules, no broadcast variables and no server for them.
    body.text(files_directory(session))?.int(0).flag(false).int(0);
    body.int(eval_type.number());
    let runner = runner_conf(session);
    body.texts(runner.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>().into_iter())?;
    let input_type = eval_type.wants_input_type().then(|| struct_json(arguments).to_string());
    body.texts(input_type.iter().map(|t| ("input_type", t.as_str())).collect::<Vec<_>>().into_iter())?;
    // One function.
    body.int(1).int(arguments.len() as i32);
    for (position, keyword) in keywords.iter().enumerate() {
        body.int(position as i32).flag(keyword.is_some());
        if let Some(name) = keyword {
            body.text(name)?;
        }
    }
    // It is not chained to another one, and its profile has no id.
    body.int(1).bytes(&function.command)?.long(0);
    let mut message = Message::default();
    message.int(mark::START_OF_INIT_MESSAGE).bytes(&body.into_bytes())?;
    Ok(message.into_bytes())
}

fn task_context(session: &PythonSession) -> serde_json::Value {
    json!({
        "isBarrier": false, "connInfo": null, "secret": null,
        "stageId": 0, "partitionId": 0, "attemptNumber": 0, "taskAttemptId": 0,
        "cpus": 1, "cpuAmount": "1", "resources": {},
        "localProperties": {TIME_ZONE_KEY: session.time_zone},
    })
}

fn runner_conf(session: &PythonSession) -> Vec<(&str, &str)> {
    let mut conf = vec![(TIME_ZONE_KEY, session.time_zone.as_str())];
    conf.extend(RUNNER_KEYS.iter().filter_map(|key| Some((*key, session.conf.get(*key)?.as_str()))));
    conf
}

/// The session's folder if there is anything in it: workers add it to their module path for good.
pub(crate) fn files_directory(session: &PythonSession) -> &str {
    let directory = session.files_directory.as_deref().filter(|directory| {
        Path::new(directory).read_dir().is_ok_and(|mut entries| entries.next().is_some())
    });
    directory.unwrap_or(NO_FILES)
}
