//! Asks a table function's own `analyze` about a call, before there are rows.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use lang::{Error, Result};
use plan::contract::{PythonAnalysis, PythonFact, PythonQuestion, PythonSession, PythonSort};

use crate::module::{Incoming, ask, blob, count, int, question};
use crate::pickle::pickled;
use crate::pool::Pool;
use crate::protocol::{Message, invalid, read_text};
use crate::type_json::{schema_of_json, type_json};
use crate::worker::Failure;

/// The module of PySpark that runs `analyze`.
const MODULE: &str = "pyspark.sql.worker.analyze_udtf";

/// # Errors
/// `TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON` with what the function raised.
pub(crate) async fn analyze(
    pool: Arc<Pool>,
    call: PythonQuestion,
    session: PythonSession,
) -> Result<PythonAnalysis> {
    let too_long = |e: io::Error| Error::unsupported(format!("the table function {}: {e}", call.name));
    let version = &call.function.python_version;
    let mut message = question(MODULE, version, &session).map_err(too_long)?;
    head(&call, &mut message).map_err(too_long)?;
    for argument in &call.arguments {
        let value = argument.value.as_ref().map(pickled).transpose()?;
        put(argument, value.as_deref(), &mut message).map_err(too_long)?;
    }
    let raised = |traceback: String| {
        Error::analysis("TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON").with("msg", traceback)
    };
    ask(&pool, &session, message, reading, raised).await
}

fn head(call: &PythonQuestion, message: &mut Message) -> io::Result<()> {
    message.text(&call.name)?.bytes(&call.function.command)?.int(call.arguments.len() as i32);
    Ok(())
}

fn put(argument: &PythonFact, value: Option<&[u8]>, message: &mut Message) -> io::Result<()> {
    message.text(&type_json(&argument.data_type).to_string())?.flag(value.is_some());
    if let Some(value) = value {
        message.bytes(value)?;
    }
    message.flag(argument.is_table).flag(argument.keyword.is_some());
    if let Some(name) = &argument.keyword {
        message.text(name)?;
    }
    Ok(())
}

fn reading(
    incoming: &mut Incoming,
) -> Pin<Box<dyn Future<Output = Result<PythonAnalysis, Failure>> + Send + '_>> {
    Box::pin(answer(incoming))
}

async fn answer(incoming: &mut Incoming) -> Result<PythonAnalysis, Failure> {
    let schema = blob(incoming).await?;
    let rows = schema_of_json(&schema).map_err(|e| invalid(e.to_string()))?;
    let pickled = blob(incoming).await?;
    let single_partition = int(incoming).await? == 1;
    let mut partition_by = Vec::new();
    for _ in 0..count(incoming).await? {
        partition_by.push(read_text(incoming).await?);
    }
    let mut order_by = Vec::new();
    for _ in 0..count(incoming).await? {
        let expression = read_text(incoming).await?;
        let ascending = int(incoming).await? == 1;
        let nulls_first = match int(incoming).await? {
            0 => None,
            nulls => Some(nulls == 1),
        };
        order_by.push(PythonSort { expression, ascending, nulls_first });
    }
    let mut select = Vec::new();
    for _ in 0..count(incoming).await? {
        select.push((read_text(incoming).await?, read_text(incoming).await?));
    }
    Ok(PythonAnalysis { rows, pickled, single_partition, partition_by, order_by, select })
}
