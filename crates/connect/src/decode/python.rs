//! Functions that the client sent along: Python ones, pickled.

use std::sync::Arc;

use lang::ir::{
    CogroupMap, Expr, ExprKind, PythonDataSource, PythonFunction, PythonTableFunction, PythonUdf,
    RelationKind,
};
use lang::{DataType, Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::common_inline_user_defined_data_source::DataSource;
use spark_connect_proto::common_inline_user_defined_function::Function;
use spark_connect_proto::common_inline_user_defined_table_function::Function as TableFunction;

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

impl Decoder<'_> {
    pub(super) fn cogroup_map(&self, map: &proto::CoGroupMap) -> Result<RelationKind> {
        if !map.input_sorting_expressions.is_empty() || !map.other_sorting_expressions.is_empty() {
            return Err(Error::unsupported("sorted groups"));
        }
        let function = required(&map.func, "CoGroupMap.func")?;
        Ok(RelationKind::CogroupMap(Box::new(CogroupMap {
            left: self.input(&map.input, "CoGroupMap.input")?,
            left_grouping: self.expressions(&map.input_grouping_expressions)?,
            right: self.input(&map.other, "CoGroupMap.other")?,
            right_grouping: self.expressions(&map.other_grouping_expressions)?,
            function: python_function(function)?,
            name: function.function_name.clone(),
        })))
    }
}

impl Decoder<'_> {
    pub(super) fn python_table(
        &self,
        message: &proto::CommonInlineUserDefinedTableFunction,
    ) -> Result<RelationKind> {
        Ok(RelationKind::PythonTable {
            name: message.function_name.clone(),
            function: python_table_function(message)?,
            arguments: self.expressions(&message.arguments)?,
        })
    }
}

/// The Python data source of a message.
pub(super) fn python_data_source(
    message: &proto::CommonInlineUserDefinedDataSource,
) -> Result<Arc<PythonDataSource>> {
    let name = "CommonInlineUserDefinedDataSource.data_source";
    let DataSource::PythonDataSource(python) = required(&message.data_source, name)?;
    Ok(Arc::new(PythonDataSource {
        command: python.command.to_vec(),
        python_version: python.python_ver.clone(),
    }))
}

/// The Python table function of a message.
///
/// # Errors
/// Return types that are no struct.
pub(super) fn python_table_function(
    message: &proto::CommonInlineUserDefinedTableFunction,
) -> Result<Arc<PythonTableFunction>> {
    let name = "CommonInlineUserDefinedTableFunction.function";
    let TableFunction::PythonUdtf(python) = required(&message.function, name)?;
    let return_type = match &python.return_type {
        None => None,
        Some(declared) => match data_type(declared)? {
            DataType::Struct(rows) => Some(rows),
            other => {
                return Err(Error::analysis("INVALID_PLAN_INPUT")
                    .with("reason", format!("a table function of the type {}", other.sql())));
            }
        },
    };
    Ok(Arc::new(PythonTableFunction {
        eval_type: python.eval_type,
        command: python.command.to_vec(),
        python_version: python.python_ver.clone(),
        return_type,
        deterministic: message.deterministic,
    }))
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
