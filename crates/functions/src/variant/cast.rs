//! Variants as values of Spark's other types, and such values as variants.
//!
//! Out of a variant, containers are opened part by part; atomic values are gathered by the type they have and cast
//! with [`kernel::cast_array`], as `try_cast` would. What gives NULL there is `INVALID_VARIANT_CAST`, or NULL.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int64Array, ListArray, MapArray, StringArray, StructArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{
    DataType as Arrow, Date32Type, Decimal128Type, Field, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::binary::{Variant, View};
use super::column::{VariantBuilder, Variants, variant_field};
use super::json;
use super::value::Value;
use crate::cast::kernel::{self, Mode, Options};
use crate::format::nullable;
use crate::scalar::apply_field;
use crate::{Call, error, types};

/// Spark's limit for the type argument of a decimal in a variant.
const DECIMAL_DIGITS: u8 = 38;

/// Whether a variant can become a value of the type; the other way round without maps and structs.
pub(crate) fn castable(data_type: &Spark, with_fields: bool) -> bool {
    match data_type {
        Spark::Boolean
        | Spark::Byte
        | Spark::Short
        | Spark::Integer
        | Spark::Long
        | Spark::Float
        | Spark::Double
        | Spark::Decimal { .. }
        | Spark::String { .. }
        | Spark::Binary
        | Spark::Date
        | Spark::Timestamp
        | Spark::TimestampNtz
        | Spark::Variant => true,
        Spark::Time { .. } => with_fields,
        Spark::Array { element, .. } => castable(element, with_fields),
        Spark::Map { key, value, .. } => {
            with_fields && matches!(**key, Spark::String { .. }) && castable(value, true)
        }
        Spark::Struct(schema) => {
            with_fields && schema.fields.iter().all(|field| castable(&field.data_type, true))
        }
        Spark::Udt { sql_type, .. } => castable(sql_type, with_fields),
        _ => false,
    }
}

/// A column of variants as a column of another type.
pub(crate) fn from_variants(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let variants = Variants::of(array)?;
    let values: Vec<_> = (0..variants.len()).map(|row| variants.get(row)).collect();
    convert(&values, &nullable(target.clone()), options)
}

/// One value a row; `None` is NULL.
pub(super) fn convert(values: &[Option<Variant<'_>>], target: &Spark, options: &Options) -> Result<ArrayRef> {
    match target {
        Spark::Variant => {
            let mut builder = VariantBuilder::default();
            for value in values {
                match value {
                    None => builder.append_null(),
                    Some(variant) => builder.append(&Value::read(variant)?, "variant_get")?,
                }
            }
            builder.finish()
        }
        Spark::Array { element, .. } => lists(values, target, element, options),
        Spark::Map { value, .. } => maps(values, target, value, options),
        Spark::Struct(_) => structs(values, target, options),
        _ => atoms(values, target, options),
    }
}

/// NULL, or the error.
fn reject(variant: &Variant<'_>, target: &Spark, options: &Options) -> Result<()> {
    if options.mode == Mode::Try {
        return Ok(());
    }
    let mut text = String::new();
    json::write(variant, &options.zone, &mut text)?;
    Err(Error::runtime(RuntimeClass::Other, "INVALID_VARIANT_CAST")
        .with("value", text)
        .with("dataType", format!("\"{}\"", target.sql())))
}

fn failed(error: arrow::error::ArrowError) -> Error {
    error::from_arrow(&error)
}

fn lists(
    values: &[Option<Variant<'_>>],
    target: &Spark,
    element: &Spark,
    options: &Options,
) -> Result<ArrayRef> {
    let mut children = vec![];
    let (mut lengths, mut valid) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for value in values {
        let before = children.len();
        let mut is_valid = false;
        if let Some(variant) = value {
            match variant.view()? {
                View::Array(elements) => {
                    for index in 0..elements.len() {
                        children.push(Some(elements.get(index)?));
                    }
                    is_valid = true;
                }
                View::Null => {}
                _ => reject(variant, target, options)?,
            }
        }
        lengths.push(children.len() - before);
        valid.push(is_valid);
    }
    let child = convert(&children, element, options)?;
    let Arrow::List(field) = types::to_arrow(target) else { return Err(Error::internal("a list type")) };
    let (offsets, nulls) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(valid));
    Ok(Arc::new(ListArray::try_new(field, offsets, child, Some(nulls)).map_err(failed)?))
}

fn maps(
    values: &[Option<Variant<'_>>],
    target: &Spark,
    value_type: &Spark,
    options: &Options,
) -> Result<ArrayRef> {
    let (mut names, mut children) = (vec![], vec![]);
    let (mut lengths, mut valid) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for value in values {
        let before = children.len();
        let mut is_valid = false;
        if let Some(variant) = value {
            match variant.view()? {
                View::Object(fields) => {
                    for index in 0..fields.len() {
                        let (name, value) = fields.get(index)?;
                        names.push(name);
                        children.push(Some(value));
                    }
                    is_valid = true;
                }
                View::Null => {}
                _ => reject(variant, target, options)?,
            }
        }
        lengths.push(children.len() - before);
        valid.push(is_valid);
    }
    let columns: Vec<ArrayRef> =
        vec![Arc::new(StringArray::from(names)), convert(&children, value_type, options)?];
    let Arrow::Map(field, sorted) = types::to_arrow(target) else {
        return Err(Error::internal("a map type"));
    };
    let Arrow::Struct(fields) = field.data_type() else { return Err(Error::internal("a map's entries")) };
    let entries = StructArray::try_new(fields.clone(), columns, None).map_err(failed)?;
    let (offsets, nulls) = (OffsetBuffer::from_lengths(lengths), NullBuffer::from(valid));
    Ok(Arc::new(MapArray::try_new(field, offsets, entries, Some(nulls), sorted).map_err(failed)?))
}

fn structs(values: &[Option<Variant<'_>>], target: &Spark, options: &Options) -> Result<ArrayRef> {
    let Spark::Struct(schema) = target else { return Err(Error::internal("a struct type")) };
    let mut objects = Vec::with_capacity(values.len());
    for value in values {
        let mut object = None;
        if let Some(variant) = value {
            match variant.view()? {
                View::Object(fields) => object = Some(fields),
                View::Null => {}
                _ => reject(variant, target, options)?,
            }
        }
        objects.push(object);
    }
    let mut columns = Vec::with_capacity(schema.fields.len());
    for field in &schema.fields {
        let children: Vec<_> = objects
            .iter()
            .map(|object| object.map_or(Ok(None), |fields| fields.find(&field.name)))
            .collect::<Result<_>>()?;
        columns.push(convert(&children, &field.data_type, options)?);
    }
    let nulls: NullBuffer = objects.iter().map(Option::is_some).collect();
    let fields = types::to_fields(schema);
    let array = StructArray::try_new_with_length(fields, columns, Some(nulls), values.len());
    Ok(Arc::new(array.map_err(failed)?))
}

/// Values of one type, and their rows.
#[derive(Default)]
struct Group<'a> {
    rows: Vec<usize>,
    views: Vec<View<'a>>,
}

/// What tells groups apart: the type, decimals also by scale.
fn group_key(view: &View<'_>) -> (u8, u8) {
    match view {
        View::Boolean(_) => (0, 0),
        View::Long(_) => (1, 0),
        View::Float(_) => (2, 0),
        View::Double(_) => (3, 0),
        View::Decimal(_, scale) => (4, *scale),
        View::Date(_) => (5, 0),
        View::Timestamp(_) => (6, 0),
        View::TimestampNtz(_) => (7, 0),
        View::Text(_) => (8, 0),
        View::Binary(_) => (9, 0),
        View::Null | View::Array(_) | View::Object(_) => (10, 0),
    }
}

fn atoms(values: &[Option<Variant<'_>>], target: &Spark, options: &Options) -> Result<ArrayRef> {
    let mut groups: HashMap<(u8, u8), Group<'_>> = HashMap::new();
    let mut texts: Vec<(usize, String)> = vec![];
    for (row, value) in values.iter().enumerate() {
        let Some(variant) = value else { continue };
        let view = match variant.view()? {
            View::Null => continue,
            View::Array(_) | View::Object(_) if matches!(target, Spark::String { .. }) => {
                let mut text = String::new();
                json::write(variant, &options.zone, &mut text)?;
                texts.push((row, text));
                continue;
            }
            View::Array(_) | View::Object(_) => {
                reject(variant, target, options)?;
                continue;
            }
            View::Decimal(value, scale) => {
                let (value, scale) = json::stripped(value, scale);
                View::Decimal(value, scale)
            }
            view => view,
        };
        let group = groups.entry(group_key(&view)).or_default();
        group.rows.push(row);
        group.views.push(view);
    }
    let output = types::to_arrow(target);
    let mut arrays: Vec<ArrayRef> = vec![new_null_array(&output, 1)];
    let mut places = vec![(0, 0); values.len()];
    if !texts.is_empty() {
        texts.iter().enumerate().for_each(|(at, (row, _))| places[*row] = (arrays.len(), at));
        arrays.push(Arc::new(texts.iter().map(|(_, text)| Some(text)).collect::<StringArray>()));
    }
    for group in groups.values() {
        let Some(array) = cast_group(&group.views, target, options)? else {
            for row in &group.rows {
                values[*row].map_or(Ok(()), |variant| reject(&variant, target, options))?;
            }
            continue;
        };
        for (at, row) in group.rows.iter().enumerate() {
            if array.is_null(at) {
                values[*row].map_or(Ok(()), |variant| reject(&variant, target, options))?;
            }
            places[*row] = (arrays.len(), at);
        }
        arrays.push(array);
    }
    let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    arrow::compute::interleave(&arrays, &places).map_err(failed)
}

/// The values cast, NULL where that fails; `None` when there is no such cast.
fn cast_group(views: &[View<'_>], target: &Spark, options: &Options) -> Result<Option<ArrayRef>> {
    macro_rules! collect {
        ($array:ty, $pattern:pat => $value:expr) => {
            Arc::new(
                views
                    .iter()
                    .filter_map(|v| if let $pattern = v { Some(Some($value)) } else { None })
                    .collect::<$array>(),
            )
        };
    }
    let Some(first) = views.first() else { return Ok(None) };
    let (source, array): (Spark, ArrayRef) = match first {
        View::Boolean(_) => (Spark::Boolean, collect!(BooleanArray, View::Boolean(v) => *v)),
        View::Long(_) => (Spark::Long, collect!(Int64Array, View::Long(v) => *v)),
        View::Float(_) => (Spark::Float, collect!(Float32Array, View::Float(v) => *v)),
        View::Double(_) => (Spark::Double, collect!(Float64Array, View::Double(v) => *v)),
        View::Decimal(_, scale) => {
            let scale = *scale as i8;
            let array: Arc<Decimal128Array> = collect!(Decimal128Array, View::Decimal(v, _) => *v);
            let array = array.as_ref().clone().with_precision_and_scale(DECIMAL_DIGITS, scale);
            (Spark::Decimal { precision: DECIMAL_DIGITS, scale }, Arc::new(array.map_err(failed)?))
        }
        View::Date(_) => (Spark::Date, collect!(Date32Array, View::Date(v) => *v)),
        View::Timestamp(_) => {
            let array: Arc<TimestampMicrosecondArray> =
                collect!(TimestampMicrosecondArray, View::Timestamp(v) => *v);
            (Spark::Timestamp, Arc::new(array.as_ref().clone().with_timezone("UTC")))
        }
        View::TimestampNtz(_) => {
            (Spark::TimestampNtz, collect!(TimestampMicrosecondArray, View::TimestampNtz(v) => *v))
        }
        View::Text(_) => (Spark::STRING, collect!(StringArray, View::Text(v) => *v)),
        View::Binary(_) => (Spark::Binary, collect!(BinaryArray, View::Binary(v) => *v)),
        View::Null | View::Array(_) | View::Object(_) => return Ok(None),
    };
    if !crate::cast::can_cast(&source, target, false) {
        return Ok(None);
    }
    let field = types::to_field("variant", target, true);
    let options = Options { mode: Mode::Try, zone: options.zone };
    kernel::cast_array(&array, &source, target, &field, &options).map(Some)
}

/// `to_variant_object(value)`: arrays, maps and structs, the latter two as objects.
pub(super) fn to_variant_object(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let source = types::from_field(&argument.field);
    let is_nested = matches!(source, Spark::Array { .. } | Spark::Map { .. } | Spark::Struct(_));
    if !is_nested || !castable(&source, true) {
        return Err(no_cast(call, &source));
    }
    Ok(apply_field("to_variant_object", variant_field("to_variant_object"), call.exprs(), |input| {
        to_variants(&input.column(0)?, &types::from_field(&input.fields[0]))
    }))
}

/// `DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION` to VARIANT.
pub(super) fn no_cast(call: &Call<'_>, source: &Spark) -> Error {
    Error::analysis("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("srcType", format!("\"{}\"", source.sql()))
        .with("targetType", "\"VARIANT\"")
}

/// A column of any type as variants.
pub(crate) fn to_variants(array: &ArrayRef, source: &Spark) -> Result<ArrayRef> {
    let usual = types::to_arrow(source);
    let array = if *array.data_type() == usual {
        Arc::clone(array)
    } else {
        arrow::compute::cast(array, &usual).map_err(failed)?
    };
    let mut builder = VariantBuilder::default();
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_null();
        } else {
            builder.append(&value_at(&array, source, row)?, "to_variant_object")?;
        }
    }
    builder.finish()
}

fn value_at<'a>(array: &'a ArrayRef, source: &Spark, row: usize) -> Result<Value<'a>> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match source {
        Spark::Boolean => Value::Boolean(array.as_boolean().value(row)),
        Spark::Byte => Value::Long(array.as_primitive::<Int8Type>().value(row).into()),
        Spark::Short => Value::Long(array.as_primitive::<Int16Type>().value(row).into()),
        Spark::Integer => Value::Long(array.as_primitive::<Int32Type>().value(row).into()),
        Spark::Long => Value::Long(array.as_primitive::<Int64Type>().value(row)),
        Spark::Float => Value::Float(array.as_primitive::<Float32Type>().value(row)),
        Spark::Double => Value::Double(array.as_primitive::<Float64Type>().value(row)),
        Spark::Decimal { scale, .. } => {
            Value::Decimal(array.as_primitive::<Decimal128Type>().value(row), *scale as u8)
        }
        Spark::Date => Value::Date(array.as_primitive::<Date32Type>().value(row)),
        Spark::Timestamp => Value::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        Spark::TimestampNtz => {
            Value::TimestampNtz(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        Spark::String { .. } => Value::Text(Cow::Borrowed(array.as_string::<i32>().value(row))),
        Spark::Binary => Value::Binary(Cow::Borrowed(array.as_binary::<i32>().value(row))),
        Spark::Variant => {
            let structs = array.as_struct();
            let part = |index: usize| structs.column(index).as_binary::<i32>().value(row);
            Value::read(&Variant::new(part(1), part(0)))?
        }
        Spark::Array { element, .. } => {
            let list = array.as_list::<i32>();
            let range = list.value_offsets()[row] as usize..list.value_offsets()[row + 1] as usize;
            Value::Array(range.map(|at| value_at(list.values(), element, at)).collect::<Result<_>>()?)
        }
        Spark::Map { value, .. } => {
            let map = array.as_map();
            let range = map.value_offsets()[row] as usize..map.value_offsets()[row + 1] as usize;
            let keys = map.keys().as_string::<i32>();
            let entry = |at| Ok((Cow::Borrowed(keys.value(at)), value_at(map.values(), value, at)?));
            Value::Object(range.map(entry).collect::<Result<_>>()?)
        }
        Spark::Struct(schema) => {
            let columns = schema.fields.iter().zip(array.as_struct().columns());
            let field = |(field, column): (&lang::StructField, &'a ArrayRef)| {
                Ok((Cow::Owned(field.name.clone()), value_at(column, &field.data_type, row)?))
            };
            Value::Object(columns.map(field).collect::<Result<_>>()?)
        }
        Spark::Udt { sql_type, .. } => value_at(array, sql_type, row)?,
        other => return Err(Error::unsupported(format!("{} as VARIANT", other.sql()))),
    })
}

/// The argument at `index` as a variant, whatever castable type it has.
pub(super) fn expect_castable(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    let source = types::from_field(&argument.field);
    if source == Spark::Variant {
        return Ok(argument.expr.clone());
    }
    if source != Spark::Null && !castable(&source, false) {
        return Err(no_cast(call, &source));
    }
    let target: Field = variant_field(argument.name());
    crate::cast::implicit_to(argument, &target, call.context)
}
