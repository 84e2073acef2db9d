//! `to_json`: structs, arrays and maps as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringBuilder};
use arrow::datatypes::{
    DataType as Arrow, Date32Type, Decimal128Type, Float32Type, Float64Type, TimestampMicrosecondType,
};
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, StructType};

use super::writer;
use crate::cast::format::{Style, to_string_array};
use crate::format::options::{Options, STRING};
use crate::format::text::Texts;
use crate::scalar::{Input, apply};
use crate::string::{base64, java_number};
use crate::variant::{self, column::Variants};
use crate::{Call, types};

const OPTIONS: &[&str] = &[
    "dateFormat",
    "timestampFormat",
    "timestampNTZFormat",
    "timeZone",
    "ignoreNullFields",
    "locale",
    "pretty",
];

/// `to_json(value[, options])`
pub(in crate::format) fn to_json(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let argument = &call.arguments[0];
    // A variant is a struct for Arrow.
    if !matches!(argument.data_type(), Arrow::Struct(_) | Arrow::List(_) | Arrow::Map(..) | Arrow::Null) {
        return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_JSON_SCHEMA")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("schema", format!("\"{}\"", types::from_field(&argument.field).sql())));
    }
    let given = Options::of(call, 1, OPTIONS)?;
    Ok(apply("to_json", STRING, vec![argument.expr.clone(), given.literal()], run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let mut writer = Writer {
        texts: Texts::new(&given, input.time_zone())?,
        skip_nulls: given.is_on("ignoreNullFields", true),
        out: String::new(),
    };
    let is_pretty = given.is_on("pretty", false);
    let spark = types::from_field(&input.fields[0]);
    let array = input.raw(0);
    let mut builder = StringBuilder::new();
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        writer.out.clear();
        writer.value(array, &spark, input.position(0, row))?;
        if is_pretty {
            builder.append_value(writer::pretty(&writer.out));
        } else {
            builder.append_value(&writer.out);
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// The rows of a batch as JSON objects, one a line, written as `to_json` writes structs but with their nulls; `schema` has the
/// Spark types of its columns, instants are shown in `time_zone`.
///
/// # Errors
/// Unknown time zones, and maps whose keys are nested.
pub fn json_lines(batch: &RecordBatch, schema: &StructType, time_zone: &str) -> Result<String> {
    let texts = Texts::new(&Options::default(), time_zone)?;
    let mut writer = Writer { texts, skip_nulls: false, out: String::new() };
    for row in 0..batch.num_rows() {
        writer.object(batch.columns(), schema, row)?;
        writer.out.push('\n');
    }
    Ok(writer.out)
}

struct Writer {
    texts: Texts,
    skip_nulls: bool,
    out: String,
}

impl Writer {
    fn value(&mut self, array: &ArrayRef, spark: &Spark, at: usize) -> Result<()> {
        if *array.data_type() == Arrow::Null || array.is_null(at) {
            self.out.push_str("null");
            return Ok(());
        }
        match spark {
            Spark::Struct(schema) => self.object(array.as_struct().columns(), schema, at)?,
            Spark::Array { element, .. } => {
                let elements = array.as_list::<i32>().value(at);
                self.out.push('[');
                let start = self.out.len();
                for index in 0..elements.len() {
                    self.separate(start);
                    self.value(&elements, element, index)?;
                }
                self.out.push(']');
            }
            Spark::Map { key, value, .. } => self.map(array, key, value, at)?,
            Spark::Variant => {
                let one = Variants::of(&array.slice(at, 1))?;
                if let Some(variant) = one.get(0) {
                    variant::json::write(&variant, &self.texts.cast_zone(), &mut self.out)?;
                }
            }
            _ => self.atom(array, spark, at)?,
        }
        Ok(())
    }

    fn object(&mut self, columns: &[ArrayRef], schema: &StructType, at: usize) -> Result<()> {
        self.out.push('{');
        let start = self.out.len();
        for (field, column) in schema.fields.iter().zip(columns) {
            if self.skip_nulls && (*column.data_type() == Arrow::Null || column.is_null(at)) {
                continue;
            }
            self.separate(start);
            writer::string(&field.name, &mut self.out);
            self.out.push(':');
            self.value(column, &field.data_type, at)?;
        }
        self.out.push('}');
        Ok(())
    }

    fn separate(&mut self, start: usize) {
        if self.out.len() > start {
            self.out.push(',');
        }
    }

    fn map(&mut self, array: &ArrayRef, key: &Spark, value: &Spark, at: usize) -> Result<()> {
        if matches!(key, Spark::Array { .. } | Spark::Map { .. } | Spark::Struct(_)) {
            return Err(Error::unsupported("to_json of a map whose keys are nested"));
        }
        let entries = array.as_map().value(at);
        let names = to_string_array(entries.column(0), key, self.texts.cast_zone(), Style::Cast)?;
        self.out.push('{');
        let start = self.out.len();
        for index in 0..entries.len() {
            self.separate(start);
            writer::string(names.value(index), &mut self.out);
            self.out.push(':');
            self.value(entries.column(1), value, index)?;
        }
        self.out.push('}');
        Ok(())
    }

    fn atom(&mut self, array: &ArrayRef, spark: &Spark, at: usize) -> Result<()> {
        let out = &mut self.out;
        match spark {
            Spark::Boolean => out.push_str(if array.as_boolean().value(at) { "true" } else { "false" }),
            Spark::Float => {
                let value = array.as_primitive::<Float32Type>().value(at);
                floating(value.is_finite(), java_number::float(value), out);
            }
            Spark::Double => {
                let value = array.as_primitive::<Float64Type>().value(at);
                floating(value.is_finite(), java_number::double(value), out);
            }
            Spark::Decimal { .. } => {
                out.push_str(&array.as_primitive::<Decimal128Type>().value_as_string(at))
            }
            Spark::Binary => {
                let one = arrow::compute::cast(&array.slice(at, 1), &Arrow::Binary);
                let one = one.map_err(|e| crate::error::from_arrow(&e))?;
                out.push('"');
                let _ = base64::encode(one.as_binary::<i32>().value(0), out);
                out.push('"');
            }
            Spark::Date | Spark::Timestamp | Spark::TimestampNtz => {
                let mut text = String::new();
                let micros = || array.as_primitive::<TimestampMicrosecondType>().value(at);
                match spark {
                    Spark::Date => {
                        self.texts.write_date(array.as_primitive::<Date32Type>().value(at), &mut text)?
                    }
                    Spark::Timestamp => self.texts.write_timestamp(micros(), &mut text)?,
                    _ => self.texts.write_timestamp_ntz(micros(), &mut text)?,
                }
                writer::string(&text, &mut self.out);
            }
            Spark::Byte | Spark::Short | Spark::Integer | Spark::Long => {
                let text = to_string_array(&array.slice(at, 1), spark, self.texts.cast_zone(), Style::Cast)?;
                out.push_str(text.value(0));
            }
            _ => {
                let text = to_string_array(&array.slice(at, 1), spark, self.texts.cast_zone(), Style::Cast)?;
                writer::string(text.value(0), out);
            }
        }
        Ok(())
    }
}

/// What is not finite is a string.
fn floating(finite: bool, text: String, out: &mut String) {
    if finite { out.push_str(&text) } else { writer::string(&text, out) }
}
