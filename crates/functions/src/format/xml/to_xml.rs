//! `to_xml`: structs as indented XML.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{DataType as Arrow, Date32Type, TimestampMicrosecondType};
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, StructType};

use super::options::{Layout, options};
use crate::cast::format::{Style, to_string_array};
use crate::format::options::{Options, STRING};
use crate::format::text::Texts;
use crate::scalar::{Input, apply};
use crate::{Call, types};

/// `to_xml(struct[, options])`
pub(in crate::format) fn to_xml(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let argument = &call.arguments[0];
    let source = types::from_field(&argument.field);
    match &source {
        Spark::Variant => return Err(Error::unsupported("to_xml of VARIANT")),
        Spark::Struct(schema) => check(schema)?,
        Spark::Null => {}
        _ => return Err(call.unexpected_type(0, "\"STRUCT\"")),
    }
    let given = options(call, 1)?;
    for name in ["nullValue", "declaration"] {
        if given.get(name).is_some() {
            return Err(Error::unsupported(format!("the option {name} of to_xml")));
        }
    }
    if given.get("rowTag") == Some("") {
        return Err(Error::new(lang::ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
            .with_message("requirement failed: 'rowTag' option should not be an empty string."));
    }
    Ok(apply("to_xml", STRING, vec![argument.expr.clone(), given.literal()], run))
}

/// Fails for what has no form in XML here.
fn check(schema: &StructType) -> Result<()> {
    schema.fields.iter().try_for_each(|field| check_type(&field.data_type))
}

fn check_type(data_type: &Spark) -> Result<()> {
    match data_type {
        Spark::Struct(schema) => check(schema),
        Spark::Array { element, .. } => check_type(element),
        Spark::Map { key, value, .. } if matches!(**key, Spark::String { .. }) => check_type(value),
        Spark::Map { .. } | Spark::Variant => {
            Err(Error::unsupported(format!("to_xml of {}", data_type.sql())))
        }
        _ => Ok(()),
    }
}

fn run(input: &Input) -> Result<ArrayRef> {
    let given = Options::read(input.constant_string(1).unwrap_or_default());
    let mut writer = Writer {
        layout: Layout::of(&given),
        texts: Texts::new(&given, input.time_zone())?,
        item: given.get("arrayElementName").unwrap_or("item").to_string(),
        out: String::new(),
    };
    let row_tag = given.get("rowTag").unwrap_or("ROW").to_string();
    let source = types::from_field(&input.fields[0]);
    let mut builder = StringBuilder::new();
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        writer.out.clear();
        writer.element(&row_tag, input.raw(0), &source, input.position(0, row), 0)?;
        builder.append_value(&writer.out);
    }
    Ok(Arc::new(builder.finish()))
}

struct Writer {
    layout: Layout,
    texts: Texts,
    /// What elements of arrays inside of arrays are called.
    item: String,
    out: String,
}

impl Writer {
    /// One element with all that is in it.
    fn element(
        &mut self,
        name: &str,
        array: &ArrayRef,
        source: &Spark,
        at: usize,
        depth: usize,
    ) -> Result<()> {
        if !is_name(name) {
            return Err(Error::unsupported(format!("to_xml with the element name '{name}'")));
        }
        self.indent(depth);
        self.out.push('<');
        self.out.push_str(name);
        match source {
            Spark::Struct(schema) => self.members(name, array, schema, at, depth)?,
            Spark::Map { value, .. } => {
                let map = array.as_map();
                let range = map.value_offsets()[at] as usize..map.value_offsets()[at + 1] as usize;
                let keys = arrow::compute::cast(map.keys(), &Arrow::Utf8);
                let keys = keys.map_err(|e| crate::error::from_arrow(&e))?;
                let keys = keys.as_string::<i32>();
                if range.clone().any(|i| self.is_special(keys.value(i))) {
                    return Err(Error::unsupported("to_xml of maps with attributes"));
                }
                let present: Vec<usize> = range.filter(|index| map.values().is_valid(*index)).collect();
                if self.opens(present.is_empty()) {
                    return Ok(());
                }
                for index in present {
                    self.children(keys.value(index), map.values(), value, index, depth + 1)?;
                }
                self.close(name, depth);
            }
            // An array inside of an array.
            Spark::Array { .. } => {
                let items = array.as_list::<i32>();
                let is_empty = items.value_length(at) == 0;
                if self.opens(is_empty) {
                    return Ok(());
                }
                let item = self.item.clone();
                self.children(&item, array, source, at, depth + 1)?;
                self.close(name, depth);
            }
            _ => {
                self.out.push('>');
                let text = self.text(array, source, at)?;
                self.escaped(&text, false)?;
                self.out.push_str(&format!("</{name}>"));
            }
        }
        Ok(())
    }

    /// Ends the opening tag; true when that is all of the element.
    fn opens(&mut self, is_empty: bool) -> bool {
        self.out.push_str(if is_empty { "/>" } else { ">" });
        is_empty
    }

    fn close(&mut self, name: &str, depth: usize) {
        self.indent(depth);
        self.out.push_str(&format!("</{name}>"));
    }

    fn is_special(&self, name: &str) -> bool {
        name.starts_with(&self.layout.attribute_prefix) || name == self.layout.value_tag
    }

    /// Attributes, then the text or the elements.
    fn members(
        &mut self,
        name: &str,
        array: &ArrayRef,
        schema: &StructType,
        at: usize,
        depth: usize,
    ) -> Result<()> {
        let columns = array.as_struct().columns();
        let present: Vec<_> = schema
            .fields
            .iter()
            .zip(columns)
            .filter(|(_, column)| *column.data_type() != Arrow::Null && column.is_valid(at))
            .collect();
        let is_text = |field: &str| field == self.layout.value_tag;
        let is_attribute = |field: &str| field.starts_with(&self.layout.attribute_prefix) && !is_text(field);
        let (attributes, others): (Vec<_>, Vec<_>) =
            present.into_iter().partition(|(f, _)| is_attribute(&f.name));
        let (texts, mut elements): (Vec<_>, Vec<_>) = others.into_iter().partition(|(f, _)| is_text(&f.name));
        elements.retain(|(field, column)| has_elements(column, &field.data_type, at));
        for (field, column) in attributes {
            let attribute = field.name[self.layout.attribute_prefix.len()..].to_string();
            let nested =
                matches!(field.data_type, Spark::Struct(_) | Spark::Array { .. } | Spark::Map { .. });
            if nested || !is_name(&attribute) {
                return Err(Error::unsupported(format!("to_xml with the attribute '{}'", field.name)));
            }
            let text = self.text(column, &field.data_type, at)?;
            self.out.push_str(&format!(" {attribute}=\""));
            self.escaped(&text, true)?;
            self.out.push('"');
        }
        match (texts.as_slice(), elements.is_empty()) {
            ([], is_empty) if self.opens(is_empty) => return Ok(()),
            ([], _) => {}
            ([(field, column)], true) => {
                let text = self.text(column, &field.data_type, at)?;
                self.out.push('>');
                self.escaped(&text, false)?;
                self.out.push_str(&format!("</{name}>"));
                return Ok(());
            }
            _ => return Err(Error::unsupported("to_xml of texts beside elements")),
        }
        for (field, column) in elements {
            self.children(&field.name, column, &field.data_type, at, depth + 1)?;
        }
        self.close(name, depth);
        Ok(())
    }

    /// One element, or one for each element of an array.
    fn children(
        &mut self,
        name: &str,
        array: &ArrayRef,
        source: &Spark,
        at: usize,
        depth: usize,
    ) -> Result<()> {
        let Spark::Array { element, .. } = source else {
            return self.element(name, array, source, at, depth);
        };
        let list = array.as_list::<i32>();
        let range = list.value_offsets()[at] as usize..list.value_offsets()[at + 1] as usize;
        let mut present = range.filter(|index| list.values().is_valid(*index));
        present.try_for_each(|index| self.element(name, list.values(), element, index, depth))
    }

    fn indent(&mut self, depth: usize) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(&"    ".repeat(depth));
    }

    fn text(&self, array: &ArrayRef, source: &Spark, at: usize) -> Result<String> {
        let mut text = String::new();
        let micros = || array.as_primitive::<TimestampMicrosecondType>().value(at);
        match source {
            Spark::Date => self.texts.write_date(array.as_primitive::<Date32Type>().value(at), &mut text)?,
            Spark::Timestamp => self.texts.write_timestamp(micros(), &mut text)?,
            Spark::TimestampNtz => self.texts.write_timestamp_ntz(micros(), &mut text)?,
            _ => {
                let one = to_string_array(&array.slice(at, 1), source, self.texts.cast_zone(), Style::Show)?;
                text.push_str(one.value(0));
            }
        }
        Ok(text)
    }

    fn escaped(&mut self, text: &str, in_attribute: bool) -> Result<()> {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '&' => self.out.push_str("&amp;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                c if c.is_control() && (in_attribute || !matches!(c, '\n' | '\t')) => {
                    return Err(Error::unsupported("to_xml of control characters"));
                }
                c => self.out.push(c),
            }
        }
        Ok(())
    }
}

/// Whether anything is written for a value: nothing is for arrays without values.
fn has_elements(column: &ArrayRef, source: &Spark, at: usize) -> bool {
    match source {
        Spark::Array { .. } => {
            let elements = column.as_list::<i32>().value(at);
            elements.null_count() < elements.len()
        }
        _ => true,
    }
}

/// Letters, digits and the like, not beginning with a digit.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
