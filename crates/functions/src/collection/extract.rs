//! `base[key]` and `base.field` on structs, arrays of structs, arrays and maps.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, FieldRef, Fields, Int32Type};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::access::{array_item, map_value};
use super::arguments::{map_fields, quoted};
use super::list::{as_list, element, list_like};
use crate::kernel::{Inputs, call as kernel_call, typed};
use crate::signature::{casts_implicitly, text};
use crate::types::is_integral;
use crate::{Argument, Context, cast};

/// The value of `base[key]`, or of `base.key` when `key` is a string constant.
///
/// # Errors
/// `FIELD_NOT_FOUND`, `AMBIGUOUS_REFERENCE_TO_FIELDS`, `INVALID_EXTRACT_FIELD_TYPE`,
/// `INVALID_EXTRACT_BASE_FIELD_TYPE`
pub fn extract(base: &Argument, key: &Argument, context: &Context) -> Result<Expr> {
    if let DataType::Struct(fields) = base.data_type() {
        let name = text(key).ok_or_else(|| {
            Error::analysis("INVALID_EXTRACT_FIELD_TYPE").with("extraction", format!("\"{}\"", key.name()))
        })?;
        return Ok(field_of(base, fields, position(fields, name, context)?));
    }
    if let Some(field) = element(base.data_type()) {
        if let (DataType::Struct(fields), Some(name)) = (field.data_type(), text(key)) {
            return Ok(field_of_elements(base, field, fields, position(fields, name, context)?));
        }
        if is_integral(key.data_type()) {
            return array_item(base, key, context);
        }
    }
    if let Some((map_key, _)) = map_fields(base.data_type())
        && casts_implicitly(key.data_type(), map_key.data_type())
    {
        let key = cast::implicit(key, map_key.data_type(), context)?;
        return Ok(map_value(base, key));
    }
    if element(base.data_type()).is_some() || map_fields(base.data_type()).is_some() {
        return Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
            .with("sqlExpr", format!("\"{}[{}]\"", base.name(), key.name()))
            .with("paramIndex", "second")
            .with("requiredType", "\"INTEGRAL\"")
            .with("inputSql", format!("\"{}\"", key.name()))
            .with("inputType", quoted(key)));
    }
    Err(Error::analysis("INVALID_EXTRACT_BASE_FIELD_TYPE")
        .with("base", format!("\"{}\"", base.name()))
        .with("other", quoted(base)))
}

/// The one field of that name.
fn position(fields: &Fields, name: &str, context: &Context) -> Result<usize> {
    let mut matching = fields.iter().enumerate().filter(|(_, field)| same_name(field.name(), name, context));
    match (matching.next(), matching.count()) {
        (Some((position, _)), 0) => Ok(position),
        (Some(_), others) => Err(Error::analysis("AMBIGUOUS_REFERENCE_TO_FIELDS")
            .with("field", format!("`{name}`"))
            .with("count", (others + 1).to_string())),
        (None, _) => Err(not_found(fields, name)),
    }
}

/// `FIELD_NOT_FOUND`
pub(super) fn not_found(fields: &Fields, name: &str) -> Error {
    let known: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name())).collect();
    Error::analysis("FIELD_NOT_FOUND").with("fieldName", format!("`{name}`")).with("fields", known.join(", "))
}

/// Whether two names are the same under the session's case rule.
pub(super) fn same_name(left: &str, right: &str, context: &Context) -> bool {
    left == right || (!context.case_sensitive && left.to_lowercase() == right.to_lowercase())
}

fn field_of(base: &Argument, fields: &Fields, position: usize) -> Expr {
    let field = &fields[position];
    let unique = fields.iter().filter(|other| other.name() == field.name()).count() == 1;
    // DataFusion's own accessor lets file sources read single fields, but finds them by name only.
    if unique {
        let name = lit(field.name().clone());
        return datafusion::functions::core::get_field().call(vec![base.expr.clone(), name]);
    }
    let nullable = base.nullable() || field.is_nullable();
    let returns = field.as_ref().clone().with_nullable(nullable);
    kernel_call("struct_field", struct_field_kernel, returns, vec![base.expr.clone(), lit(position as i32)])
}

fn constant_position(inputs: &Inputs<'_>) -> DataFusionResult<usize> {
    Ok(inputs.primitive::<Int32Type>(1)?.values().first().map_or(0, |position| *position as usize))
}

fn struct_field_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    child(inputs.array(0)?.as_struct(), constant_position(inputs)?)
}

/// A field's values, NULL where the struct is.
pub(super) fn child(parent: &StructArray, position: usize) -> DataFusionResult<ArrayRef> {
    let column = parent.column(position);
    if parent.null_count() == 0 {
        return Ok(Arc::clone(column));
    }
    let nulls = NullBuffer::union(parent.nulls(), column.nulls());
    if column.data_type() == &DataType::Null {
        return Ok(Arc::clone(column));
    }
    Ok(make_array(column.to_data().into_builder().nulls(nulls).build()?))
}

/// `array.field`: the field of every element.
fn field_of_elements(base: &Argument, element: &FieldRef, fields: &Fields, position: usize) -> Expr {
    let field = &fields[position];
    let returns = list_like(field, element.is_nullable() || field.is_nullable());
    let arguments = vec![base.expr.clone(), lit(position as i32)];
    typed("array_struct_field", array_field_kernel, returns, base.nullable(), arguments)
}

fn array_field_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let Some(field) = element(inputs.returns) else {
        return internal_err!("a field of an array's elements is an array");
    };
    let values = child(list.values().as_struct(), constant_position(inputs)?)?;
    let values = crate::kernel::conform(values, field.data_type())?;
    let nulls = list.nulls().cloned();
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), list.offsets().clone(), values, nulls)?))
}
