//! `sql_keywords()`: the words that SQL has a meaning for, none of them reserved unless a session asks for it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, ListArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::lit;
use lang::{Error, Result};

use crate::{Call, Generated};

/// Spark's keywords, one a line, sorted.
const KEYWORDS: &str = include_str!("keywords.txt");

pub(super) fn sql_keywords(call: &Call<'_>) -> Result<Generated> {
    call.expect_arguments(0..=0)?;
    let fields =
        vec![Field::new("keyword", DataType::Utf8, false), Field::new("reserved", DataType::Boolean, false)];
    let keywords = StringArray::from(KEYWORDS.lines().collect::<Vec<_>>());
    let reserved = BooleanArray::from(vec![false; keywords.len()]);
    let columns: Vec<ArrayRef> = vec![Arc::new(keywords), Arc::new(reserved)];
    let internal = |error: arrow::error::ArrowError| Error::internal(error.to_string());
    let rows = StructArray::try_new(Fields::from(fields.clone()), columns, None).map_err(internal)?;
    let element = Arc::new(Field::new("element", rows.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths([rows.len()]);
    let list = ListArray::try_new(element, offsets, Arc::new(rows), None).map_err(internal)?;
    let list = lit(ScalarValue::List(Arc::new(list)));
    Ok(Generated { list, fields, as_struct: true, outer: false })
}
