//! Casts of arrays, maps and structs, part by part.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, MapArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field};
use lang::{DataType as Spark, Error, Result};

use super::kernel::{Options, cast_array, unexpected};
use crate::types;

/// A cast between two nested types of one kind.
pub(super) fn cast(
    array: &ArrayRef,
    source: &Spark,
    target: &Spark,
    field: &Field,
    options: &Options,
) -> Result<ArrayRef> {
    match (source, target) {
        (Spark::Array { element: from, .. }, Spark::Array { element: to, .. }) => {
            list(array, from, to, &output_type(field, target), options)
        }
        (Spark::Map { key: k, value: v, .. }, Spark::Map { key, value, .. }) => {
            map(array, [k, v], [key, value], &output_type(field, target), options)
        }
        (Spark::Struct(from), Spark::Struct(to)) => {
            let from: Vec<_> = from.fields.iter().map(|f| &f.data_type).collect();
            let to: Vec<_> = to.fields.iter().map(|f| &f.data_type).collect();
            structs(array, &from, &to, &output_type(field, target), options)
        }
        _ => Err(unexpected(source, target)),
    }
}

/// The Arrow type to build: the field's own where it has the usual shape.
fn output_type(field: &Field, target: &Spark) -> DataType {
    match field.data_type() {
        usual @ (DataType::List(_) | DataType::Map(..) | DataType::Struct(_)) => usual.clone(),
        _ => types::to_arrow(target),
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    crate::error::from_arrow(&error)
}

fn list(
    array: &ArrayRef,
    from: &Spark,
    to: &Spark,
    output: &DataType,
    options: &Options,
) -> Result<ArrayRef> {
    let DataType::List(child) = output else {
        return Err(Error::internal(format!("an array cannot be built as {output}")));
    };
    let usual;
    let lists = match array.data_type() {
        DataType::List(_) => array.as_list::<i32>(),
        _ => {
            let plain = DataType::List(Arc::new(types::to_field("element", from, true)));
            usual = arrow::compute::cast(array, &plain).map_err(failed)?;
            usual.as_list::<i32>()
        }
    };
    // Values outside the offsets must not make the cast fail.
    let (start, end) = (lists.value_offsets()[0] as usize, lists.value_offsets()[lists.len()] as usize);
    let values = cast_array(&lists.values().slice(start, end - start), from, to, child, options)?;
    let offsets = rebased(lists.offsets());
    let list = ListArray::try_new(Arc::clone(child), offsets, values, lists.nulls().cloned());
    Ok(Arc::new(list.map_err(failed)?))
}

fn rebased(offsets: &OffsetBuffer<i32>) -> OffsetBuffer<i32> {
    let start = offsets[0];
    match start {
        0 => offsets.clone(),
        _ => OffsetBuffer::new(offsets.iter().map(|offset| offset - start).collect()),
    }
}

fn map(
    array: &ArrayRef,
    from: [&Spark; 2],
    to: [&Spark; 2],
    output: &DataType,
    options: &Options,
) -> Result<ArrayRef> {
    let (DataType::Map(entries, sorted), Some(maps)) = (output, array.as_map_opt()) else {
        return Err(Error::internal(format!("a map cannot be built as {output}")));
    };
    let DataType::Struct(children) = entries.data_type() else {
        return Err(Error::internal("a map without entries"));
    };
    let (start, end) = (maps.value_offsets()[0] as usize, maps.value_offsets()[maps.len()] as usize);
    let part = |values: &ArrayRef, index: usize| {
        cast_array(&values.slice(start, end - start), from[index], to[index], &children[index], options)
    };
    let (keys, values) = (part(maps.keys(), 0)?, part(maps.values(), 1)?);
    let structs = StructArray::try_new(children.clone(), vec![keys, values], None).map_err(failed)?;
    let map = MapArray::try_new(
        Arc::clone(entries),
        rebased(maps.offsets()),
        structs,
        maps.nulls().cloned(),
        *sorted,
    );
    Ok(Arc::new(map.map_err(failed)?))
}

fn structs(
    array: &ArrayRef,
    from: &[&Spark],
    to: &[&Spark],
    output: &DataType,
    options: &Options,
) -> Result<ArrayRef> {
    let (DataType::Struct(children), Some(structs)) = (output, array.as_struct_opt()) else {
        return Err(Error::internal(format!("a struct cannot be built as {output}")));
    };
    let mut columns = Vec::with_capacity(children.len());
    for (index, child) in children.iter().enumerate() {
        // Below a null struct there is nothing to convert, whatever the child holds there.
        let column = below(structs.nulls(), structs.column(index))?;
        columns.push(cast_array(&column, from[index], to[index], child, options)?);
    }
    let result = StructArray::try_new(children.clone(), columns, structs.nulls().cloned());
    Ok(Arc::new(result.map_err(failed)?))
}

/// `column` with the nulls of its parent.
fn below(parent: Option<&NullBuffer>, column: &ArrayRef) -> Result<ArrayRef> {
    match parent {
        Some(nulls) if nulls.null_count() > 0 => {
            let absent = BooleanArray::new(!nulls.inner(), None);
            arrow::compute::nullif(column, &absent).map_err(failed)
        }
        _ => Ok(Arc::clone(column)),
    }
}
