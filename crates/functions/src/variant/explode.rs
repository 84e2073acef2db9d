//! `variant_explode` and `variant_explode_outer`: elements and fields as rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, ListArray, StringBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use lang::{DataType as Spark, Error, Result};

use super::binary::View;
use super::column::{VariantBuilder, Variants, expect_variant};
use crate::scalar::{Input, apply};
use crate::{Call, Generated, error, types};

/// `variant_explode(input)`: columns `pos`, `key`, `value`; nothing for what is no array or object.
pub(super) fn variant_explode(call: &Call<'_>) -> Result<Generated> {
    exploded(call, false)
}

/// `variant_explode_outer(input)`: one row of NULL instead of none.
pub(super) fn variant_explode_outer(call: &Call<'_>) -> Result<Generated> {
    exploded(call, true)
}

fn exploded(call: &Call<'_>, outer: bool) -> Result<Generated> {
    call.expect_arguments(1..=1)?;
    let fields = columns();
    let list =
        DataType::List(Arc::new(Field::new("element", DataType::Struct(fields.clone().into()), false)));
    let list = apply("variant_explode", list, vec![expect_variant(call, 0)?], run);
    let fields = fields.into_iter().map(|f| if outer { f.with_nullable(true) } else { f }).collect();
    Ok(Generated { list, fields, as_struct: true, outer })
}

fn columns() -> Vec<Field> {
    vec![
        Field::new("pos", DataType::Int32, false),
        Field::new("key", DataType::Utf8, true),
        types::to_field("value", &Spark::Variant, false),
    ]
}

fn run(input: &Input) -> Result<ArrayRef> {
    let variants = Variants::of(&input.column(0)?)?;
    let (mut places, mut names, mut values) = (vec![], StringBuilder::new(), VariantBuilder::default());
    let mut lengths = Vec::with_capacity(input.rows);
    for row in 0..input.rows {
        let mut count = 0;
        match variants.get(row).map(|variant| variant.view()).transpose()? {
            Some(View::Array(elements)) => {
                count = elements.len();
                for index in 0..count {
                    names.append_null();
                    values.append_encoded(&elements.get(index)?)?;
                }
            }
            Some(View::Object(fields)) => {
                count = fields.len();
                for index in 0..count {
                    let (name, value) = fields.get(index)?;
                    names.append_value(name);
                    values.append_encoded(&value)?;
                }
            }
            _ => {}
        }
        places.extend(0..count as i32);
        lengths.push(count);
    }
    let arrays: Vec<ArrayRef> =
        vec![Arc::new(Int32Array::from(places)), Arc::new(names.finish()), values.finish()?];
    let DataType::List(element) = input.returns.data_type() else {
        return Err(Error::internal("exploded variants are a list"));
    };
    let structs = StructArray::try_new(Fields::from(columns()), arrays, None);
    let structs = Arc::new(structs.map_err(|e| error::from_arrow(&e))?);
    let list = ListArray::try_new(Arc::clone(element), OffsetBuffer::from_lengths(lengths), structs, None);
    Ok(Arc::new(list.map_err(|e| error::from_arrow(&e))?))
}
