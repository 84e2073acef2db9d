//! One Python function as a function of DataFusion.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_empty_array};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, FieldRef};
use async_trait::async_trait;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::async_udf::AsyncScalarUDFImpl;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use lang::ir::PythonFunction;

use crate::error;
use crate::pool::Pool;
use crate::task::Task;

/// Calls go to a worker of the pool, batch by batch.
#[derive(Debug)]
pub(crate) struct Function {
    name: String,
    definition: Arc<PythonFunction>,
    signature: Signature,
    task: Arc<Task>,
    pool: Arc<Pool>,
}

impl Function {
    pub(crate) fn new(
        name: &str,
        definition: &Arc<PythonFunction>,
        task: Arc<Task>,
        pool: Arc<Pool>,
    ) -> Self {
        // Never immutable: constants are not folded while planning, for that would run Python there.
        let volatility = if definition.deterministic { Volatility::Stable } else { Volatility::Volatile };
        let signature = match task.input.fields().len() {
            0 => Signature::nullary(volatility),
            arguments => Signature::any(arguments, volatility),
        };
        Function { name: name.to_string(), definition: Arc::clone(definition), signature, task, pool }
    }

    async fn evaluate(&self, rows: &RecordBatch) -> lang::Result<ArrayRef> {
        let mut lease = self.pool.lease(&self.task).await?;
        let mut results = Vec::new();
        let mut start = 0;
        while start < rows.num_rows() {
            let length = self.task.max_records.min(rows.num_rows() - start);
            let result = lease.evaluate(&rows.slice(start, length)).await?;
            results.push(self.as_declared(&result)?);
            start += length;
        }
        lease.give_back();
        if let [result] = results.as_slice() {
            return Ok(Arc::clone(result));
        }
        let results: Vec<_> = results.iter().map(|r| r.as_ref()).collect();
        concat(&results).map_err(error::arrow)
    }

    /// PySpark has converted the values; what is left are names, time zones and widths of offsets.
    fn as_declared(&self, result: &ArrayRef) -> lang::Result<ArrayRef> {
        let declared = self.task.output.data_type();
        if result.data_type() == declared {
            return Ok(Arc::clone(result));
        }
        cast(result, declared).map_err(|e| error::result_type(&self.name, &e))
    }

    fn rows(&self, args: &ScalarFunctionArgs) -> Result<RecordBatch> {
        let fields = self.task.input.fields();
        let columns = args.args.iter().zip(fields).map(|(argument, field)| {
            let column = argument.to_array(args.number_rows)?;
            Ok(if column.data_type() == field.data_type() {
                column
            } else {
                cast(&column, field.data_type())?
            })
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(args.number_rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.task.input), columns, &options)?)
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(self.task.output.data_type().clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::clone(&self.task.output))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("the Python function {} was called where only immediate functions can be", self.name)
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for Function {
    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if args.number_rows == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(self.task.output.data_type())));
        }
        let rows = self.rows(&args)?;
        Ok(ColumnarValue::Array(self.evaluate(&rows).await.map_err(error::external)?))
    }
}

/// Two calls are the same expression when the same function runs in the same surroundings.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.definition == other.definition
            && self.task.start == other.task.start
            && self.task.launch == other.task.launch
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.task.start.hash(state);
    }
}
