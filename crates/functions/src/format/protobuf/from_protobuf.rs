//! `from_protobuf`: messages as structs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::decode::{Decoder, read};
use super::descriptor::Descriptors;
use super::options::ProtobufOptions;
use super::types::{Record, record};
use super::value::Value;
use crate::format::options::{Options, nullable};
use crate::scalar::{Input, apply_field};
use crate::types::to_field;
use crate::{Call, expect};

/// `from_protobuf(data, message[, descriptors][, options])`
pub(in crate::format) fn from_protobuf(call: &Call<'_>) -> Result<Expr> {
    let target = super::target(call)?;
    if !expect::is_binary(call.arguments[0].data_type()) && *call.arguments[0].data_type() != DataType::Null {
        return Err(call.unexpected_type(0, "\"BINARY\""));
    }
    let given = Options::of_pairs(target.options);
    let options = ProtobufOptions::new(call, &given)?;
    let descriptors = Descriptors::parse(&target.set)?;
    let (_, fields) = record(&descriptors, &descriptors.outer(&target.name)?, &options)?;
    let found = Spark::Struct(fields);
    let found = if options.permissive { nullable(found) } else { found };
    let arguments = vec![expect::binary(call, 0)?, lit(target.name), lit(target.set), given.literal()];
    Ok(apply_field("from_protobuf", to_field("from_protobuf", &found, true), arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let options = ProtobufOptions::read(&Options::read(input.constant_string(3).unwrap_or_default()));
    let descriptors = Descriptors::parse(input.bytes(2)?.value(0))?;
    let message = descriptors.outer(input.constant_string(1).unwrap_or_default())?;
    let (record, _) = record(&descriptors, &message, &options)?;
    let reader =
        Reader { record, decoder: Decoder { emit_defaults: options.emit_defaults, in_entry: false }, input };
    let all: Vec<usize> = (0..input.rows).collect();
    match reader.structs(&all)? {
        Some(structs) => Ok(structs),
        None if !options.permissive => Err(malformed()),
        None => reader.permissive(),
    }
}

struct Reader<'a> {
    record: Record,
    decoder: Decoder,
    input: &'a Input,
}

impl Reader<'_> {
    /// The structs of some rows; `None` when a message among them makes no sense.
    fn structs(&self, rows: &[usize]) -> Result<Option<ArrayRef>> {
        let DataType::Struct(fields) = self.input.returns.data_type() else {
            return Err(Error::internal("from_protobuf returns a struct"));
        };
        let texts = self.input.bytes(0)?;
        let mut read_rows = Vec::with_capacity(rows.len());
        for row in rows {
            if self.input.is_null(0, *row) {
                read_rows.push(None);
                continue;
            }
            match read(&self.record, &[Value::Bytes(texts.value(*row))], true) {
                Some(found) => read_rows.push(Some(found)),
                None => return Ok(None),
            }
        }
        self.decoder.structs(&self.record, fields, &read_rows, 0)
    }

    /// Row by row; a message that makes no sense is a row of nulls.
    fn permissive(&self) -> Result<ArrayRef> {
        let mut parts = Vec::with_capacity(self.input.rows);
        for row in 0..self.input.rows {
            parts.push(match self.structs(&[row])? {
                Some(part) => part,
                None => row_of_nulls(self.input.returns.data_type())?,
            });
        }
        let parts: Vec<&dyn Array> = parts.iter().map(|part| part.as_ref()).collect();
        arrow::compute::concat(&parts).map_err(|e| Error::internal(format!("Protobuf rows: {e}")))
    }
}

fn row_of_nulls(data_type: &DataType) -> Result<ArrayRef> {
    let nulls = arrow::array::new_null_array(data_type, 1);
    let Some(structs) = nulls.as_struct_opt() else { return Ok(nulls) };
    let (fields, columns, _) = structs.clone().into_parts();
    let valid = Some(NullBuffer::new_valid(1));
    let row = StructArray::try_new_with_length(fields, columns, valid, 1);
    Ok(Arc::new(row.map_err(|e| Error::internal(format!("Protobuf rows: {e}")))?))
}

fn malformed() -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_PROTOBUF_MESSAGE").with("failFastMode", "FAILFAST")
}
