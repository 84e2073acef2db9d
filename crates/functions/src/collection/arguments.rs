//! What collection functions demand of their arguments.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::list::{element, list_like};
use crate::coercion::{common_type, tightest_common_type};
use crate::expect::is_nested;
use crate::types::{from_arrow, from_field, is_string};
use crate::{Argument, Call, cast};

/// The element field of the array at `index`.
pub(crate) fn expect_array<'a>(call: &'a Call<'_>, index: usize) -> Result<&'a FieldRef> {
    element(call.arguments[index].data_type()).ok_or_else(|| call.unexpected_type(index, "\"ARRAY\""))
}

/// The key and value fields of a map type.
pub(crate) fn map_fields(data_type: &DataType) -> Option<(&FieldRef, &FieldRef)> {
    match data_type {
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => Some((&fields[0], &fields[1])),
            _ => None,
        },
        _ => None,
    }
}

/// The key and value fields of the map at `index`.
pub(crate) fn expect_map<'a>(call: &'a Call<'_>, index: usize) -> Result<(&'a FieldRef, &'a FieldRef)> {
    map_fields(call.arguments[index].data_type()).ok_or_else(|| call.unexpected_type(index, "\"MAP\""))
}

/// A map type of keys and values like these.
pub(crate) fn map_like(key: &Field, value: &Field) -> DataType {
    let entries = vec![key.clone().with_name("key").with_nullable(false), value.clone().with_name("value")];
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries.into()), false)), false)
}

/// An array and a value of its element type, both cast to the common type.
pub(crate) struct ArrayAndValue {
    pub array: Expr,
    pub value: Expr,
    /// The element field, nullable as the array's elements are.
    pub element: Field,
}

/// The common type of two types, unless one is a string and the other is not: here Spark reads no text.
pub(crate) fn wider_type(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    let mixed = is_string(left) != is_string(right) && *left != DataType::Null && *right != DataType::Null;
    if mixed { None } else { common_type(left, right, ansi) }
}

/// Array operands meet in a DECIMAL only if that is already one operand's type.
fn keeps_digits(left: &DataType, right: &DataType, joined: &DataType) -> bool {
    !matches!(joined, DataType::Decimal128(..)) || joined == left || joined == right
}

/// [`wider_type`], but where both are plain values one of them has to hold the other without a change of its own: INT and
/// DECIMAL(5,2) have no such type, INT and FLOAT are FLOAT whatever ANSI says.
pub(crate) fn close_type(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    if is_nested(left) || is_nested(right) {
        return wider_type(left, right, ansi);
    }
    if left == right {
        return Some(left.clone());
    }
    let common = tightest_common_type(&from_arrow(left), &from_arrow(right), false)?;
    [left, right].into_iter().find(|given| from_arrow(given) == common).cloned()
}

/// The array at `array` and the value at `value` under one element type.
pub(crate) fn array_and_value(call: &Call<'_>, array: usize, value: usize) -> Result<ArrayAndValue> {
    under(call, array, value, wider_type)
}

/// [`array_and_value`] by [`close_type`].
pub(crate) fn array_and_close_value(call: &Call<'_>, array: usize, value: usize) -> Result<ArrayAndValue> {
    under(call, array, value, close_type)
}

fn under(
    call: &Call<'_>,
    array: usize,
    value: usize,
    common: fn(&DataType, &DataType, bool) -> Option<DataType>,
) -> Result<ArrayAndValue> {
    let field = expect_array(call, array)?;
    let given = &call.arguments[value];
    let Some(common) = common(field.data_type(), given.data_type(), call.context.ansi) else {
        return Err(diff_types(call, array, value));
    };
    let element = retyped(field, &common);
    let list = list_like(&element, field.is_nullable());
    Ok(ArrayAndValue {
        array: as_type(&call.arguments[array], &list, call)?,
        value: cast::implicit(given, &common, call.context)?,
        element,
    })
}

/// `field` with another type; its metadata only holds for the type it had.
pub(crate) fn retyped(field: &Field, data_type: &DataType) -> Field {
    if field.data_type() == data_type {
        field.clone()
    } else {
        Field::new(field.name(), data_type.clone(), field.is_nullable())
    }
}

/// The argument cast to `to` unless only nested names differ.
pub(crate) fn as_type(argument: &Argument, to: &DataType, call: &Call<'_>) -> Result<Expr> {
    if from_arrow(argument.data_type()) == from_arrow(to) {
        return Ok(argument.expr.clone());
    }
    cast::implicit(argument, to, call.context)
}

/// Arrays under one element type; the result's elements are nullable if any input's are.
pub(crate) fn same_arrays(call: &Call<'_>) -> Result<(Vec<Expr>, Field)> {
    let mut common: Option<Field> = None;
    for index in 0..call.arguments.len() {
        let field = expect_array(call, index)?;
        common = Some(match common {
            None => field.as_ref().clone(),
            Some(so_far) => {
                let joined = wider_type(so_far.data_type(), field.data_type(), call.context.ansi)
                    .filter(|joined| keeps_digits(so_far.data_type(), field.data_type(), joined))
                    .ok_or_else(|| diff_arrays(call))?;
                let nullable = so_far.is_nullable() || field.is_nullable();
                retyped(&so_far, &joined).with_nullable(nullable)
            }
        });
    }
    let Some(element) = common else {
        return Err(Error::internal(format!("{} without arguments", call.name)));
    };
    let list = list_like(&element, element.is_nullable());
    let arrays =
        call.arguments.iter().map(|argument| as_type(argument, &list, call)).collect::<Result<_>>()?;
    Ok((arrays, element))
}

fn diff_types(call: &Call<'_>, array: usize, value: usize) -> Error {
    Error::analysis("DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", "\"ARRAY\"")
        .with("leftType", quoted(&call.arguments[array]))
        .with("rightType", quoted(&call.arguments[value]))
}

fn diff_arrays(call: &Call<'_>) -> Error {
    let right = call.arguments.last().map(quoted).unwrap_or_default();
    Error::analysis("DATATYPE_MISMATCH.BINARY_ARRAY_DIFF_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("arrayType", "\"ARRAY\"")
        .with("leftType", quoted(&call.arguments[0]))
        .with("rightType", right)
}

/// The argument's type in double quotes, as messages show it.
pub(crate) fn quoted(argument: &Argument) -> String {
    format!("\"{}\"", from_field(&argument.field).sql())
}
