//! Structs with a field replaced, added or dropped: `withField` and `dropFields`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::arguments::quoted;
use super::extract::{child, not_found, same_name};
use crate::kernel::{Inputs, call as kernel_call, conform};
use crate::{Argument, Context};

/// `base` with `field` (dots step into nested structs) set to `value`, or dropped when there is no value.
///
/// # Errors
/// `DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE` when the base is no struct, `FIELD_NOT_FOUND` when a struct on
/// the way is missing, `DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS`.
pub fn update_field(
    base: &Argument,
    field: &str,
    value: Option<&Argument>,
    context: &Context,
) -> Result<Expr> {
    let DataType::Struct(fields) = base.data_type() else {
        return Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
            .with("sqlExpr", format!("\"update_fields({})\"", base.name()))
            .with("paramIndex", "first")
            .with("requiredType", "\"STRUCT\"")
            .with("inputSql", format!("\"{}\"", base.name()))
            .with("inputType", quoted(base)));
    };
    let path = parts(field)?;
    let mut plan = Vec::new();
    let updated = updated_fields(fields, &path, value, context, &mut plan)?;
    let returns = Field::new("update_fields", DataType::Struct(updated), base.nullable());
    let mut arguments = vec![base.expr.clone()];
    match value {
        Some(value) => {
            let plan = plan.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            arguments.extend([value.expr.clone(), lit(plan)]);
            Ok(kernel_call("with_field", with_field_kernel, returns, arguments))
        }
        None => {
            let plan = plan.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            arguments.push(lit(plan));
            Ok(kernel_call("drop_field", drop_field_kernel, returns, arguments))
        }
    }
}

/// `a.b` as `[a, b]`; backticks quote.
fn parts(name: &str) -> Result<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in name.chars() {
        match letter {
            '`' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.push(letter)),
        }
    }
    if quoted || parts.iter().any(String::is_empty) {
        return Err(Error::analysis("INVALID_ATTRIBUTE_NAME_SYNTAX").with("name", name));
    }
    Ok(parts)
}

/// The new fields; `plan` gets the position at each level, one past the end for a new field and -1 for
/// nothing to do.
fn updated_fields(
    fields: &Fields,
    path: &[String],
    value: Option<&Argument>,
    context: &Context,
    plan: &mut Vec<i64>,
) -> Result<Fields> {
    let name = &path[0];
    let matching: Vec<usize> =
        (0..fields.len()).filter(|index| same_name(fields[*index].name(), name, context)).collect();
    if matching.len() > 1 {
        return Err(Error::analysis("AMBIGUOUS_REFERENCE_TO_FIELDS")
            .with("field", format!("`{name}`"))
            .with("count", matching.len().to_string()));
    }
    let mut updated: Vec<FieldRef> = fields.iter().cloned().collect();
    if path.len() > 1 {
        let position = *matching.first().ok_or_else(|| not_found(fields, name))?;
        let DataType::Struct(inner) = fields[position].data_type() else {
            return Err(not_found(fields, name));
        };
        plan.push(position as i64);
        let inner = updated_fields(inner, &path[1..], value, context, plan)?;
        updated[position] =
            Arc::new(fields[position].as_ref().clone().with_data_type(DataType::Struct(inner)));
        return Ok(updated.into());
    }
    match (value, matching.first()) {
        (Some(value), place) => {
            let field = Arc::new(value.field.as_ref().clone().with_name(name));
            plan.push(place.map_or(fields.len(), |position| *position) as i64);
            match place {
                Some(position) => updated[*position] = field,
                None => updated.push(field),
            }
        }
        (None, Some(position)) => {
            plan.push(*position as i64);
            updated.remove(*position);
        }
        (None, None) => plan.push(-1),
    }
    if updated.is_empty() {
        return Err(Error::analysis("DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS")
            .with("sqlExpr", "\"update_fields()\"".to_string()));
    }
    Ok(updated.into())
}

fn with_field_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (base, value, plan) = (inputs.array(0)?, inputs.array(1)?, plan(inputs, 2)?);
    replace(base.as_struct(), &plan, Some(&value), inputs.returns)
}

fn drop_field_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (base, plan) = (inputs.array(0)?, plan(inputs, 1)?);
    replace(base.as_struct(), &plan, None, inputs.returns)
}

fn plan(inputs: &Inputs<'_>, index: usize) -> DataFusionResult<Vec<i64>> {
    let text = inputs.strings(index)?;
    let plan = text.iter().flatten().next().unwrap_or_default();
    Ok(plan.split(',').filter_map(|step| step.parse().ok()).collect())
}

fn replace(
    base: &StructArray,
    plan: &[i64],
    value: Option<&ArrayRef>,
    returns: &DataType,
) -> DataFusionResult<ArrayRef> {
    let (DataType::Struct(fields), Some((step, rest))) = (returns, plan.split_first()) else {
        return internal_err!("an updated struct is a struct");
    };
    let mut columns: Vec<ArrayRef> = base.columns().to_vec();
    if let Ok(position) = usize::try_from(*step) {
        match value {
            _ if !rest.is_empty() => {
                let inner = child(base, position)?;
                columns[position] = replace(inner.as_struct(), rest, value, fields[position].data_type())?;
            }
            Some(value) if position == columns.len() => columns.push(Arc::clone(value)),
            Some(value) => columns[position] = Arc::clone(value),
            None => drop(columns.remove(position)),
        }
    }
    let columns = columns
        .into_iter()
        .zip(fields)
        .map(|(column, field)| conform(column, field.data_type()))
        .collect::<DataFusionResult<Vec<_>>>()?;
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, base.nulls().cloned())?))
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{Expr, lit};

    use super::update_field;
    use crate::testing::{argument, build, context, value};

    fn named(values: Vec<Expr>) -> Expr {
        build("named_struct", values, &context()).expect("a struct")
    }

    #[test]
    fn fields_are_replaced_added_and_dropped() {
        let inner = named(vec![lit("x"), lit(1), lit("y"), lit(2)]);
        let base = argument(named(vec![lit("a"), lit(0), lit("B"), inner]));
        let new = argument(lit("new"));
        for (field, value_given, expected) in [
            ("a", true, "{new, {1, 2}}"),
            ("b.x", true, "{0, {new, 2}}"),
            ("c", true, "{0, {1, 2}, new}"),
            ("b.y", false, "{0, {1}}"),
            ("A", false, "{{1, 2}}"),
            ("none", false, "{0, {1, 2}}"),
        ] {
            let given = value_given.then_some(&new);
            let expr = update_field(&base, field, given, &context()).expect(field);
            let array = value(&expr, &context()).expect(field).to_array().expect("one value");
            let text = crate::value::to_strings(&array, "UTC").expect("printable").remove(0);
            assert_eq!(text, expected, "{field}");
        }
    }

    #[test]
    fn missing_structs_and_last_fields_are_refused() {
        let base = argument(named(vec![lit("a"), lit(0)]));
        let new = argument(lit(1));
        let condition = |field: &str, value| match update_field(&base, field, value, &context()) {
            Ok(_) => "none".to_string(),
            Err(error) => error.condition().to_string(),
        };
        assert_eq!(condition("x.y", Some(&new)), "FIELD_NOT_FOUND");
        assert_eq!(condition("a.y", Some(&new)), "FIELD_NOT_FOUND");
        assert_eq!(condition("a", None), "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS");
    }
}
