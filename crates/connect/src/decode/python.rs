//! Functions that the client sent along: Python ones, pickled.

use std::sync::Arc;

use lang::ir::{Expr, ExprKind, PythonFunction, PythonUdf};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::common_inline_user_defined_function::Function;

use super::{Decoder, data_type, required};

impl Decoder<'_> {
    pub(super) fn user_function(&self, message: &proto::CommonInlineUserDefinedFunction) -> Result<Expr> {
        let udf = PythonUdf {
            name: message.function_name.clone(),
            arguments: self.expressions(&message.arguments)?,
            definition: python_function(message)?,
            distinct: message.is_distinct,
        };
        Ok(ExprKind::PythonUdf(Box::new(udf)).into())
    }
}

/// The Python function of a message; functions in other languages are refused.
pub(super) fn python_function(
    message: &proto::CommonInlineUserDefinedFunction,
) -> Result<Arc<PythonFunction>> {
    let python = match required(&message.function, "CommonInlineUserDefinedFunction.function")? {
        Function::PythonUdf(python) => python,
        Function::ScalarScalaUdf(_) => return Err(Error::unsupported("Scala functions")),
        Function::JavaUdf(java) => {
            return Err(Error::unsupported(format!("the Java function {}", java.class_name)));
        }
    };
    if !python.additional_includes.is_empty() {
        return Err(Error::unsupported("additional includes of a Python function"));
    }
    Ok(Arc::new(PythonFunction {
        eval_type: python.eval_type,
        command: python.command.to_vec(),
        python_version: python.python_ver.clone(),
        output_type: data_type(required(&python.output_type, "PythonUDF.output_type")?)?,
        deterministic: message.deterministic,
    }))
}
