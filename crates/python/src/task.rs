//! What a worker must be told before it gets rows: the functions, the types and the settings.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::datatypes::{DataType as Arrow, Field, FieldRef, Schema, SchemaRef, TimeUnit};
use functions::types;
use lang::ir::PythonFunction;
use lang::{DataType, Error, Result, StructField};
use plan::contract::PythonSession;
use serde_json::json;

use crate::protocol::{Message, mark};

/// Spark's default number of rows per frame.
const MAX_RECORDS: usize = 10_000;
const MAX_RECORDS_KEY: &str = "spark.sql.execution.arrow.maxRecordsPerBatch";
const PROFILER_KEYS: [&str; 2] = ["spark.sql.pyspark.udf.profiler", "spark.sql.pyspark.dataSource.profiler"];
const TIME_ZONE_KEY: &str = "spark.sql.session.timeZone";

/// Settings that PySpark's worker reads.
const RUNNER_KEYS: [&str; 12] = [
    "spark.sql.execution.arrow.maxBytesPerBatch",
    MAX_RECORDS_KEY,
    "spark.sql.execution.arrow.useLargeVarTypes",
    "spark.sql.execution.pandas.convertToArrowArraySafely",
    "spark.sql.execution.pyspark.binaryAsBytes",
    "spark.sql.execution.pythonUDF.arrow.concurrency.level",
    "spark.sql.execution.pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled",
    "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled",
    "spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype",
    "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName",
    "spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled",
    "spark.sql.legacy.execution.pythonUDTF.pandas.conversion.enabled",
];

/// A folder that modules are never found in, for sessions without files of their own.
const NO_FILES: &str = "/dev/null";

/// The number of the next function that is profiled.
static NEXT_PROFILE: AtomicI64 = AtomicI64::new(1);

/// Whether functions of the session are profiled.
///
/// # Errors
/// Profilers that PySpark does not have, by name.
pub(crate) fn profiler(session: &PythonSession) -> Result<bool> {
    let mut is_profiled = false;
    for key in PROFILER_KEYS {
        match session.conf.get(key).map(String::as_str) {
            None | Some("") => {}
            Some("perf" | "memory") => is_profiled = true,
            Some(other) => return Err(Error::unsupported(format!("{key}={other}"))),
        }
    }
    Ok(is_profiled)
}

/// The number under which clients find a function's profile; 0 where there is none.
///
/// # Errors
/// Profilers that PySpark does not have.
pub(crate) fn profile_id(session: &PythonSession) -> Result<i64> {
    Ok(if profiler(session)? { NEXT_PROFILE.fetch_add(1, Ordering::Relaxed) } else { 0 })
}

pub(crate) fn max_records(session: &PythonSession) -> Result<usize> {
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
pub(crate) fn check_type(name: &str, data_type: &DataType) -> Result<()> {
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
pub(crate) fn input_schema(fields: &[StructField], time_zone: &str) -> SchemaRef {
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

/// What PySpark's initial message says, but for the partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Start {
    pub(crate) eval_type: i32,
    python_version: String,
    time_zone: String,
    files_directory: String,
    /// Settings that the worker reads.
    pub(crate) runner: Vec<(String, String)>,
    /// Facts about this evaluation.
    pub(crate) facts: Vec<(String, String)>,
    /// The functions with their arguments, encoded.
    pub(crate) functions: Vec<u8>,
}

impl Start {
    pub(crate) fn new(
        eval_type: i32,
        python_version: &str,
        session: &PythonSession,
        functions: Message,
    ) -> Self {
        Start {
            eval_type,
            python_version: python_version.to_string(),
            time_zone: session.time_zone.clone(),
            files_directory: files_directory(session).to_string(),
            runner: runner_conf(session),
            facts: Vec::new(),
            functions: functions.into_bytes(),
        }
    }

    /// The message for the worker of one partition.
    ///
    /// # Errors
    /// When it is too long for the protocol.
    pub(crate) fn message(&self, partition: usize) -> io::Result<Vec<u8>> {
        let mut body = Message::default();
        // Partition, version, task.
        body.int(partition as i32).text(&self.python_version)?;
        body.text(&task_context(partition, &self.time_zone).to_string())?;
        // The files folder, no further modules, no broadcast variables and no server for them.
        body.text(&self.files_directory)?.int(0).flag(false).int(0);
        body.int(self.eval_type);
        for pairs in [&self.runner, &self.facts] {
            body.texts(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        }
        body.append(&self.functions);
        let mut message = Message::default();
        message.int(mark::START_OF_INIT_MESSAGE).bytes(&body.into_bytes())?;
        Ok(message.into_bytes())
    }
}

/// A function as the client pickled it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command<'f>(&'f [u8]);

impl<'f> Command<'f> {
    pub(crate) fn of(function: &'f PythonFunction) -> Self {
        Command(&function.command)
    }
}

/// One function of a start message, over columns of its input, some of them passed by name. Of several commands each is
/// called with the result of the one before it.
///
/// # Errors
/// When it is too long for the protocol.
pub(crate) fn one_function<'k>(
    message: &mut Message,
    commands: &[Command<'_>],
    arguments: impl ExactSizeIterator<Item = (usize, Option<&'k str>)>,
    profile: i64,
) -> io::Result<()> {
    message.int(arguments.len() as i32);
    for (column, keyword) in arguments {
        message.int(column as i32).flag(keyword.is_some());
        if let Some(name) = keyword {
            message.text(name)?;
        }
    }
    message.int(commands.len() as i32);
    for command in commands {
        message.bytes(command.0)?;
    }
    message.long(profile);
    Ok(())
}

fn task_context(partition: usize, time_zone: &str) -> serde_json::Value {
    json!({
        "isBarrier": false, "connInfo": null, "secret": null,
        "stageId": 0, "partitionId": partition, "attemptNumber": 0, "taskAttemptId": partition,
        "cpus": 1, "cpuAmount": "1", "resources": {},
        "localProperties": {TIME_ZONE_KEY: time_zone},
    })
}

fn runner_conf(session: &PythonSession) -> Vec<(String, String)> {
    let mut conf = vec![(TIME_ZONE_KEY.to_string(), session.time_zone.clone())];
    let set = |key: &&str| Some((key.to_string(), session.conf.get(*key)?.clone()));
    conf.extend(RUNNER_KEYS.iter().chain(&PROFILER_KEYS).filter_map(set));
    conf
}

/// The session's folder if there is anything in it: workers add it to their module path for good.
pub(crate) fn files_directory(session: &PythonSession) -> &str {
    let directory = session.files_directory.as_deref().filter(|directory| {
        Path::new(directory).read_dir().is_ok_and(|mut entries| entries.next().is_some())
    });
    directory.unwrap_or(NO_FILES)
}
