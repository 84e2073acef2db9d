//! Python data sources: what a class says of a read, and the function and partitions that read it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use lang::{DataType, Error, Result, StructField, StructType};
use plan::contract::{PythonReader, PythonSession, PythonSourceRequest};

use crate::module::{Incoming, ask, blob, count, int, question};
use crate::pool::Pool;
use crate::protocol::{Message, invalid};
use crate::task::max_records;
use crate::type_json::{schema_of_json, struct_json};
use crate::worker::Failure;

const CREATE: &str = "pyspark.sql.worker.create_data_source";
const PLAN_READ: &str = "pyspark.sql.worker.plan_data_source_read";
/// What a batch of rows is limited to where the session sets no limit.
const MAX_RECORDS: usize = i32::MAX as usize;

/// A data source, pickled, and the type of its rows.
struct Created {
    pickled: Vec<u8>,
    rows: StructType,
}

/// The function that reads, pickled, and its partitions.
struct Planned {
    command: Vec<u8>,
    partitions: Vec<Vec<u8>>,
}

/// # Errors
/// `PYTHON_DATA_SOURCE_ERROR` with what the class raised.
pub(crate) async fn read(
    pool: Arc<Pool>,
    request: PythonSourceRequest,
    session: PythonSession,
) -> Result<PythonReader> {
    let failed = |action: &'static str| {
        let name = request.name.clone();
        move |traceback: String| {
            Error::analysis("PYTHON_DATA_SOURCE_ERROR")
                .with("action", action)
                .with("type", name)
                .with("msg", traceback)
        }
    };
    let too_long = |e: io::Error| Error::unsupported(format!("the data source {}: {e}", request.name));
    let message = creation(&request, &session).map_err(too_long)?;
    let created = ask(&pool, &session, message, reading_created, failed("create")).await?;
    let limit = max_records(&session)?.min(MAX_RECORDS);
    let message = planning(&request, &created, limit, &session).map_err(too_long)?;
    let planned = ask(&pool, &session, message, reading_planned, failed("plan")).await?;
    Ok(PythonReader { rows: created.rows, command: planned.command, partitions: planned.partitions })
}

fn creation(request: &PythonSourceRequest, session: &PythonSession) -> io::Result<Message> {
    let mut message = question(CREATE, &request.source.python_version, session)?;
    message.bytes(&request.source.command)?.text(&request.name)?.flag(request.schema.is_some());
    if let Some(schema) = &request.schema {
        message.text(&struct_json(&schema.fields).to_string())?;
    }
    message.texts(request.options.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
    Ok(message)
}

fn planning(
    request: &PythonSourceRequest,
    created: &Created,
    limit: usize,
    session: &PythonSession,
) -> io::Result<Message> {
    let mut message = question(PLAN_READ, &request.source.python_version, session)?;
    let partition = [StructField::new("partition", DataType::Binary, false)];
    message.bytes(&created.pickled)?.text(&struct_json(&partition).to_string())?;
    message.text(&struct_json(&created.rows.fields).to_string())?.int(limit as i32);
    // No filters are handed down, no streams; binaries are bytes.
    message.flag(false).flag(false).flag(true);
    Ok(message)
}

fn reading_created(
    incoming: &mut Incoming,
) -> Pin<Box<dyn Future<Output = Result<Created, Failure>> + Send + '_>> {
    Box::pin(async move {
        let pickled = blob(incoming).await?;
        let is_text = int(incoming).await? == 1;
        let schema = blob(incoming).await?;
        let rows = match is_text {
            true => lang::parse_schema(&String::from_utf8_lossy(&schema)),
            false => schema_of_json(&schema),
        };
        let rows = rows.map_err(|e| Failure::from(invalid(e.to_string())))?;
        Ok(Created { pickled, rows })
    })
}

fn reading_planned(
    incoming: &mut Incoming,
) -> Pin<Box<dyn Future<Output = Result<Planned, Failure>> + Send + '_>> {
    Box::pin(async move {
        let command = blob(incoming).await?;
        let mut partitions = Vec::new();
        for _ in 0..count(incoming).await? {
            partitions.push(blob(incoming).await?);
        }
        Ok(Planned { command, partitions })
    })
}
