//! Arrays, maps and structs from their parts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StructArray, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::arguments::{map_fields, map_like, quoted};
use super::list::{ELEMENT, element, list_like};
use super::map::{Duplicates, build_maps, normal_keys};
use crate::coercion::common_type_of;
use crate::kernel::{Inputs, call as kernel_call, conform, typed};
use crate::signature::text;
use crate::{Argument, Call, cast};

/// `array(a, b, …)`
pub(super) fn array(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.is_empty() {
        return Ok(Expr::Literal(ScalarValue::List(Arc::new(empty_list())), None));
    }
    let arguments: Vec<&Argument> = call.arguments.iter().collect();
    let (values, field) = common(call, &arguments, "DATATYPE_MISMATCH.DATA_DIFF_TYPES")?;
    Ok(typed("array", array_kernel, list_like(&field, field.is_nullable()), false, values))
}

/// An empty list of nothing.
fn empty_list() -> ListArray {
    let values = new_empty_array(&DataType::Null);
    let field = Arc::new(Field::new(ELEMENT, DataType::Null, false));
    ListArray::new(field, OffsetBuffer::from_lengths([0]), values, None)
}

/// The arguments under one type, and a field of that type that is nullable if any of them is.
fn common(call: &Call<'_>, arguments: &[&Argument], condition: &str) -> Result<(Vec<Expr>, Field)> {
    let types: Vec<_> = arguments.iter().map(|argument| argument.data_type().clone()).collect();
    let joined =
        common_type_of(&types, call.context.ansi).ok_or_else(|| different(call, arguments, condition))?;
    // Where an argument has that type already, its metadata (Spark types that Arrow lacks) holds for all.
    let like =
        arguments.iter().find(|argument| *argument.data_type() == joined).map(|argument| &argument.field);
    let field = match like {
        Some(field) => field.as_ref().clone(),
        None => Field::new("element", joined, true),
    };
    let field = field.with_nullable(arguments.iter().any(|argument| argument.nullable()));
    let values = arguments
        .iter()
        .map(|argument| cast::implicit(argument, field.data_type(), call.context))
        .collect::<Result<Vec<_>>>()?;
    Ok((values, field))
}

fn different(call: &Call<'_>, arguments: &[&Argument], condition: &str) -> Error {
    let types: Vec<_> = arguments.iter().map(|argument| quoted(argument)).collect();
    Error::analysis(condition)
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", format!("[{}]", types.join(", ")))
}

fn array_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let Some(field) = element(inputs.returns) else {
        return internal_err!("an array is a list");
    };
    let values = row_major(inputs, 0..inputs.count(), field.data_type())?;
    let offsets = OffsetBuffer::from_repeated_length(inputs.count(), inputs.rows);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, None)?))
}

/// Those arguments of row 0, then of row 1 and so on.
fn row_major(
    inputs: &Inputs<'_>,
    arguments: impl Iterator<Item = usize>,
    to: &DataType,
) -> DataFusionResult<ArrayRef> {
    let columns =
        arguments.map(|index| conform(inputs.array(index)?, to)).collect::<DataFusionResult<Vec<_>>>()?;
    let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    let order: Vec<(usize, usize)> =
        (0..inputs.rows).flat_map(|row| (0..columns.len()).map(move |column| (column, row))).collect();
    Ok(interleave(&columns, &order)?)
}

/// `map(key, value, key, value, …)`
pub(super) fn map(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.len() % 2 == 1 {
        return Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
            .with("functionName", format!("`{}`", call.name))
            .with("expectedNum", "2n (n > 0)")
            .with("actualNum", call.arguments.len().to_string())
            .placeless());
    }
    if call.arguments.is_empty() {
        let nothing = Field::new("key", DataType::Null, false);
        return Ok(empty_map(&nothing, &nothing));
    }
    let (keys, values): (Vec<_>, Vec<_>) =
        call.arguments.chunks_exact(2).map(|pair| (&pair[0], &pair[1])).unzip();
    let (keys, key) = common(call, &keys, "DATATYPE_MISMATCH.CREATE_MAP_KEY_DIFF_TYPES")?;
    if matches!(key.data_type(), DataType::Map(..)) {
        return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("keyType", "\"MAP\""));
    }
    let (values, value) = common(call, &values, "DATATYPE_MISMATCH.CREATE_MAP_VALUE_DIFF_TYPES")?;
    let mut arguments: Vec<Expr> =
        keys.into_iter().zip(values).flat_map(|(key, value)| [key, value]).collect();
    arguments.push(lit(call.context.map_key_last_wins));
    Ok(typed("map", map_kernel, map_like(&key, &value), false, arguments))
}

/// A map without entries, of that type.
pub(super) fn empty_map(key: &Field, value: &Field) -> Expr {
    typed("empty_map", empty_map_kernel, map_like(key, value), false, vec![lit(true)])
}

fn empty_map_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let Some((key, value)) = map_fields(inputs.returns) else {
        return internal_err!("a map is a map");
    };
    let (keys, values) = (new_empty_array(key.data_type()), new_empty_array(value.data_type()));
    build_maps(&keys, &values, &vec![Some(0..0); inputs.rows], inputs.returns, Duplicates::Fail)
}

fn map_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let Some((key, value)) = map_fields(inputs.returns) else {
        return internal_err!("a map is a map");
    };
    let last = inputs.count() - 1;
    let pairs = last / 2;
    let keys = row_major(inputs, (0..last).step_by(2), key.data_type())?;
    let values = row_major(inputs, (1..last).step_by(2), value.data_type())?;
    let rows: Vec<_> = (0..inputs.rows).map(|row| Some(row * pairs..(row + 1) * pairs)).collect();
    build_maps(&normal_keys(&keys)?, &values, &rows, inputs.returns, Duplicates::by_flag(inputs, last))
}

/// `struct(a, b, …)`: fields are called after columns and aliases, others `col1`, `col2` …
pub(super) fn structure(call: &Call<'_>) -> Result<Expr> {
    let fields = call.arguments.iter().enumerate().map(|(index, argument)| {
        let name = given_name(argument).unwrap_or_else(|| format!("col{}", index + 1));
        argument.field.as_ref().clone().with_name(name)
    });
    Ok(structure_of(fields.map(Arc::new).collect(), call.exprs()))
}

/// The name of a column, an alias, a field access or a lambda parameter.
pub(super) fn given_name(argument: &Argument) -> Option<String> {
    match &argument.expr {
        Expr::Column(_) | Expr::Alias(_) => Some(argument.name().to_string()),
        Expr::LambdaVariable(_) => {
            let name = argument.name();
            let inner = name.strip_prefix("namedlambdavariable(").and_then(|rest| rest.strip_suffix(')'));
            Some(inner.unwrap_or(name).to_string())
        }
        Expr::ScalarFunction(function) if function.name() == "get_field" => match function.args.get(1) {
            Some(Expr::Literal(name, _)) => name.try_as_str().flatten().map(str::to_string),
            _ => None,
        },
        Expr::ScalarFunction(function)
            if matches!(function.name(), "struct_field" | "array_struct_field") =>
        {
            argument.name().rsplit('.').next().map(str::to_string)
        }
        _ => None,
    }
}

fn structure_of(fields: Vec<FieldRef>, values: Vec<Expr>) -> Expr {
    let returns = Field::new("struct", DataType::Struct(Fields::from(fields)), false);
    // A struct without fields still needs to know how many rows it has.
    let values = if values.is_empty() { vec![lit(true)] } else { values };
    kernel_call("struct", structure_kernel, returns, values)
}

fn structure_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let DataType::Struct(fields) = inputs.returns else {
        return internal_err!("a struct is a struct");
    };
    if fields.is_empty() {
        return Ok(Arc::new(StructArray::new_empty_fields(inputs.rows, None)));
    }
    let columns = fields
        .iter()
        .enumerate()
        .map(|(index, field)| conform(inputs.array(index)?, field.data_type()))
        .collect::<DataFusionResult<Vec<_>>>()?;
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}

/// `named_struct('a', a, 'b', b)`
pub(super) fn named_struct(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.len() % 2 == 1 {
        return Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
            .with("functionName", "`named_struct`")
            .with("expectedNum", "2n (n > 0)")
            .with("actualNum", call.arguments.len().to_string())
            .placeless());
    }
    let mut fields = Vec::new();
    for pair in call.arguments.chunks_exact(2) {
        let name = text(&pair[0]).ok_or_else(|| {
            Error::analysis("DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("inputExprs", format!("[\"{}\"]", pair[0].name()))
        })?;
        fields.push(Arc::new(pair[1].field.as_ref().clone().with_name(name)));
    }
    let values = call.arguments.iter().skip(1).step_by(2).map(|argument| argument.expr.clone()).collect();
    Ok(structure_of(fields, values))
}
