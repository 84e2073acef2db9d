//! The value of a scalar subquery, where it has one row.

use std::sync::{Arc, LazyLock};

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use lang::{Error, RuntimeClass};

/// `single_row(value, rows)`: the value; fails where there was more than one row.
#[derive(Debug, PartialEq, Eq, Hash)]
struct SingleRow {
    signature: Signature,
}

static SINGLE_ROW: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
    let signature = Signature::any(2, Volatility::Immutable);
    Arc::new(ScalarUDF::from(SingleRow { signature }))
});

/// `value`, of which there were `rows` (a bigint).
pub(super) fn single_row(value: Expr, rows: Expr) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&SINGLE_ROW), vec![value, rows]))
}

impl ScalarUDFImpl for SingleRow {
    fn name(&self) -> &str {
        "single_row"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments.first() {
            Some(value) => Ok(value.clone()),
            None => exec_err!("single_row takes a value and the number of rows"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [value, rows] = args.args.as_slice() else {
            return exec_err!("single_row takes a value and the number of rows");
        };
        let rows = rows.to_array(args.number_rows)?;
        if rows.as_primitive::<Int64Type>().iter().flatten().any(|n| n > 1) {
            let error = Error::runtime(RuntimeClass::Other, "SCALAR_SUBQUERY_TOO_MANY_ROWS");
            return Err(functions::error::external(error));
        }
        Ok(value.clone())
    }
}
