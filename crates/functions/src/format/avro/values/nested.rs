//! Lists, maps and records.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, MapArray, NullBufferBuilder, StringBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, FieldRef, Fields};
use lang::Result;

use super::{Values, absent, failed, made, mismatch, values};
use crate::format::avro::input::Input;
use crate::format::avro::schema::{RecordField, Schema};
use crate::format::avro::skip::skip;

struct Lists {
    field: FieldRef,
    inner: Box<dyn Values>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

pub(super) fn lists(element: &Schema, field: &FieldRef) -> Result<Box<dyn Values>> {
    Ok(Box::new(Lists {
        field: Arc::clone(field),
        inner: values(element, field)?,
        offsets: vec![0],
        nulls: NullBufferBuilder::new(0),
    }))
}

/// Ends a list of `length` more elements.
fn end_list(length: usize, offsets: &mut Vec<i32>, nulls: &mut NullBufferBuilder, valid: bool) -> Option<()> {
    let end = offsets.last().copied().unwrap_or(0).checked_add(i32::try_from(length).ok()?)?;
    offsets.push(end);
    nulls.append(valid);
    Some(())
}

fn take_offsets(offsets: &mut Vec<i32>) -> OffsetBuffer<i32> {
    OffsetBuffer::new(std::mem::replace(offsets, vec![0]).into())
}

impl Values for Lists {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        let mut length = 0usize;
        loop {
            let count = input.block()?;
            if count == 0 {
                return end_list(length, &mut self.offsets, &mut self.nulls, true);
            }
            for _ in 0..count {
                self.inner.read(input)?;
            }
            length = length.checked_add(count)?;
        }
    }

    fn null(&mut self) {
        let _ = end_list(0, &mut self.offsets, &mut self.nulls, false);
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let (offsets, values) = (take_offsets(&mut self.offsets), self.inner.finish()?);
        made(ListArray::try_new(Arc::clone(&self.field), offsets, values, self.nulls.finish()))
    }
}

struct Maps {
    entries: FieldRef,
    pair: Fields,
    keys: StringBuilder,
    inner: Box<dyn Values>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

pub(super) fn maps(value: &Schema, entries: &FieldRef) -> Result<Box<dyn Values>> {
    match entries.data_type() {
        DataType::Struct(pair) if pair.len() == 2 && *pair[0].data_type() == DataType::Utf8 => {
            Ok(Box::new(Maps {
                entries: Arc::clone(entries),
                pair: pair.clone(),
                keys: StringBuilder::new(),
                inner: values(value, &pair[1])?,
                offsets: vec![0],
                nulls: NullBufferBuilder::new(0),
            }))
        }
        _ => Err(mismatch(&Schema::Map(Arc::new(value.clone())), entries)),
    }
}

impl Values for Maps {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        let mut length = 0usize;
        loop {
            let count = input.block()?;
            if count == 0 {
                return end_list(length, &mut self.offsets, &mut self.nulls, true);
            }
            for _ in 0..count {
                self.keys.append_value(String::from_utf8_lossy(input.bytes()?));
                self.inner.read(input)?;
            }
            length = length.checked_add(count)?;
        }
    }

    fn null(&mut self) {
        let _ = end_list(0, &mut self.offsets, &mut self.nulls, false);
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let columns: Vec<ArrayRef> = vec![Arc::new(self.keys.finish()), self.inner.finish()?];
        let pairs = StructArray::try_new(self.pair.clone(), columns, None).map_err(failed)?;
        let (offsets, nulls) = (take_offsets(&mut self.offsets), self.nulls.finish());
        made(MapArray::try_new(Arc::clone(&self.entries), offsets, pairs, nulls, false))
    }
}

/// Records of the file as structs of the table: fields by name, those of the table that the file has not are null.
pub struct Records {
    fields: Fields,
    columns: Vec<Box<dyn Values>>,
    /// What to do with each field of the file.
    steps: Vec<Step>,
    absent: Vec<usize>,
    nulls: NullBufferBuilder,
    rows: usize,
}

enum Step {
    Read(usize),
    Skip(Schema),
}

impl Records {
    pub fn new(found: &[RecordField], wanted: &Fields) -> Result<Self> {
        let place = |field: &RecordField| {
            let exact = wanted.iter().position(|w| *w.name() == field.name);
            exact.or_else(|| wanted.iter().position(|w| w.name().eq_ignore_ascii_case(&field.name)))
        };
        let mut sources: Vec<Option<&RecordField>> = vec![None; wanted.len()];
        let mut steps = Vec::with_capacity(found.len());
        for field in found {
            match place(field) {
                Some(index) if sources[index].is_none() => {
                    sources[index] = Some(field);
                    steps.push(Step::Read(index));
                }
                _ => steps.push(Step::Skip(field.schema.clone())),
            }
        }
        let columns = wanted.iter().zip(&sources).map(|(wanted, source)| match source {
            Some(field) => values(&field.schema, wanted),
            None => absent(wanted),
        });
        Ok(Records {
            columns: columns.collect::<Result<_>>()?,
            absent: (0..wanted.len()).filter(|index| sources[*index].is_none()).collect(),
            steps,
            fields: wanted.clone(),
            nulls: NullBufferBuilder::new(0),
            rows: 0,
        })
    }

    /// How many records are read.
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn finish_columns(&mut self) -> Result<Vec<ArrayRef>> {
        self.rows = 0;
        self.nulls = NullBufferBuilder::new(0);
        self.columns.iter_mut().map(|column| column.finish()).collect()
    }
}

impl Values for Records {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        for step in &self.steps {
            match step {
                Step::Read(index) => self.columns[*index].read(input)?,
                Step::Skip(schema) => skip(schema, input)?,
            }
        }
        for index in &self.absent {
            self.columns[*index].null();
        }
        self.nulls.append_non_null();
        self.rows += 1;
        Some(())
    }

    fn null(&mut self) {
        self.columns.iter_mut().for_each(|column| column.null());
        self.nulls.append_null();
        self.rows += 1;
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        let (rows, nulls) = (self.rows, self.nulls.finish());
        let columns = self.finish_columns()?;
        if columns.is_empty() {
            return Ok(Arc::new(StructArray::new_empty_fields(rows, nulls)));
        }
        made(StructArray::try_new(self.fields.clone(), columns, nulls))
    }
}
