//! Encoded values as Arrow arrays: a reader for each type of the file that ends in a type of the table.

use std::sync::Arc;

use arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type,
    Int32Type, Int64Type, IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
};
use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, ListArray, MapArray, NullArray, NullBufferBuilder,
    PrimitiveBuilder, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, IntervalUnit, TimeUnit};
use lang::{Error, ErrorKind, Result};

use super::input::Input;
use super::schema::{Meaning, RecordField, Schema};
use super::skip::skip;

/// Makes a column of values.
pub(super) trait Values: Send {
    /// Reads a value; `None` when the bytes make no sense.
    fn read(&mut self, input: &mut Input<'_>) -> Option<()>;
    fn null(&mut self);
    /// The values so far; none are left.
    fn finish(&mut self) -> Result<ArrayRef>;
}

/// The reader for values of `schema` as values of `field`.
///
/// # Errors
/// Types that are not read as each other.
pub(super) fn values(schema: &Schema, field: &Field) -> Result<Box<dyn Values>> {
    let wanted = field.data_type();
    if let Schema::Union(branches) = schema {
        return union(branches, field);
    }
    if *wanted == DataType::Null {
        return Ok(Box::new(Nothing { schema: schema.clone(), rows: 0 }));
    }
    Ok(match (schema, wanted) {
        (Schema::Boolean, DataType::Boolean) => Box::new(Booleans(BooleanBuilder::new())),
        (Schema::Int(_), DataType::Int32) => primitive::<Int32Type>(wanted, |input| input.int()),
        (Schema::Int(Meaning::Plain | Meaning::Date), DataType::Date32) => {
            primitive::<Date32Type>(wanted, |input| input.int())
        }
        (Schema::Int(_), DataType::Interval(IntervalUnit::YearMonth)) => {
            primitive::<IntervalYearMonthType>(wanted, |input| input.int())
        }
        (Schema::Int(Meaning::Plain) | Schema::Long(_), DataType::Int64) => {
            primitive::<Int64Type>(wanted, |input| input.long())
        }
        (Schema::Int(Meaning::Plain), DataType::Float64) => {
            primitive::<Float64Type>(wanted, |input| input.int().map(f64::from))
        }
        (Schema::Long(meaning), DataType::Timestamp(TimeUnit::Microsecond, _)) => timestamps(meaning, wanted),
        (Schema::Long(_), DataType::Duration(TimeUnit::Microsecond)) => {
            primitive::<DurationMicrosecondType>(wanted, |input| input.long())
        }
        (Schema::Long(Meaning::TimeMicros), DataType::Time64(TimeUnit::Nanosecond)) => {
            primitive::<Time64NanosecondType>(wanted, |input| input.long()?.checked_mul(1000))
        }
        (Schema::Float, DataType::Float32) => primitive::<Float32Type>(wanted, |input| input.float()),
        (Schema::Float, DataType::Float64) => {
            primitive::<Float64Type>(wanted, |input| input.float().map(f64::from))
        }
        (Schema::Double, DataType::Float64) => primitive::<Float64Type>(wanted, |input| input.double()),
        (Schema::String | Schema::Bytes(_), DataType::Utf8) => Box::new(Strings(StringBuilder::new())),
        (Schema::Enum(symbols), DataType::Utf8) => {
            Box::new(Symbols { symbols: Arc::clone(symbols), builder: StringBuilder::new() })
        }
        (Schema::Bytes(_) | Schema::String, DataType::Binary) => {
            Box::new(Binaries { size: None, builder: BinaryBuilder::new() })
        }
        (Schema::Fixed { size, .. }, DataType::Binary) => {
            Box::new(Binaries { size: Some(*size), builder: BinaryBuilder::new() })
        }
        (Schema::Bytes(Meaning::Decimal { precision, scale }), DataType::Decimal128(p, s))
            if *p - (*s as u8) >= *precision - (*scale as u8) && s >= scale =>
        {
            decimals(None, *s - *scale, wanted)
        }
        (
            Schema::Fixed { size, meaning: Meaning::Decimal { precision, scale } },
            DataType::Decimal128(p, s),
        ) if *p - (*s as u8) >= *precision - (*scale as u8) && s >= scale => {
            decimals(Some(*size), *s - *scale, wanted)
        }
        (Schema::Array(element), DataType::List(field)) => Box::new(Lists {
            field: Arc::clone(field),
            inner: values(element, field)?,
            offsets: vec![0],
            nulls: NullBufferBuilder::new(0),
        }),
        (Schema::Map(value), DataType::Map(entries, _)) => maps(value, entries)?,
        (Schema::Record(fields), DataType::Struct(wanted)) => Box::new(Records::new(fields, wanted)?),
        _ => return Err(mismatch(schema, field)),
    })
}

/// What a value of the file is not read as.
fn mismatch(schema: &Schema, field: &Field) -> Error {
    let wanted = functions::types::from_field(field).sql();
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", "").with(
        "reason",
        format!("the Avro type {} of field {} cannot be read as {wanted}", schema.kind(), field.name()),
    )
}

struct Nothing {
    schema: Schema,
    rows: usize,
}

impl Values for Nothing {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        skip(&self.schema, input)?;
        self.rows += 1;
        Some(())
    }

    fn null(&mut self) {
        self.rows += 1;
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(NullArray::new(std::mem::take(&mut self.rows))))
    }
}

struct Primitive<T: ArrowPrimitiveType, R> {
    builder: PrimitiveBuilder<T>,
    read: R,
}

fn primitive<T: ArrowPrimitiveType>(
    data_type: &DataType,
    read: impl Fn(&mut Input<'_>) -> Option<T::Native> + Send + 'static,
) -> Box<dyn Values> {
    Box::new(Primitive::<T, _> { builder: PrimitiveBuilder::new().with_data_type(data_type.clone()), read })
}

impl<T, R> Values for Primitive<T, R>
where
    T: ArrowPrimitiveType,
    R: Fn(&mut Input<'_>) -> Option<T::Native> + Send,
{
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value((self.read)(input)?);
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}

fn timestamps(meaning: &Meaning, wanted: &DataType) -> Box<dyn Values> {
    // Without a meaning the number is in milliseconds.
    let micros = matches!(meaning, Meaning::TimestampMicros | Meaning::LocalTimestampMicros);
    let scale = if micros { 1 } else { 1000 };
    primitive::<TimestampMicrosecondType>(wanted, move |input| input.long()?.checked_mul(scale))
}

fn decimals(size: Option<usize>, shift: i8, wanted: &DataType) -> Box<dyn Values> {
    let factor = 10i128.pow(shift.unsigned_abs().into());
    primitive::<Decimal128Type>(wanted, move |input| {
        let bytes = match size {
            Some(size) => input.take(size)?,
            None => input.bytes()?,
        };
        big_endian(bytes)?.checked_mul(factor)
    })
}

/// A whole number in two's complement, the highest byte first.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let cut = bytes.len().saturating_sub(16);
    if bytes[..cut].iter().any(|byte| *byte != fill) {
        return None;
    }
    let start = if negative { -1 } else { 0 };
    Some(bytes[cut..].iter().fold(start, |value: i128, byte| value << 8 | i128::from(*byte)))
}

struct Booleans(BooleanBuilder);

impl Values for Booleans {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.0.append_value(input.boolean()?);
        Some(())
    }

    fn null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.0.finish()))
    }
}

struct Strings(StringBuilder);

impl Values for Strings {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.0.append_value(String::from_utf8_lossy(input.bytes()?));
        Some(())
    }

    fn null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.0.finish()))
    }
}

struct Symbols {
    symbols: Arc<Vec<String>>,
    builder: StringBuilder,
}

impl Values for Symbols {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value(self.symbols.get(input.length()?)?);
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}

struct Binaries {
    size: Option<usize>,
    builder: BinaryBuilder,
}

impl Values for Binaries {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value(match self.size {
            Some(size) => input.take(size)?,
            None => input.bytes()?,
        });
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}

struct Lists {
    field: FieldRef,
    inner: Box<dyn Values>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
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

fn maps(value: &Schema, entries: &FieldRef) -> Result<Box<dyn Values>> {
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
pub(super) struct Records {
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
    pub(super) fn new(found: &[RecordField], wanted: &Fields) -> Result<Self> {
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
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn finish_columns(&mut self) -> Result<Vec<ArrayRef>> {
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

/// Only nulls, of any type.
struct Absent {
    data_type: DataType,
    rows: usize,
}

fn absent(field: &Field) -> Result<Box<dyn Values>> {
    Ok(Box::new(Absent { data_type: field.data_type().clone(), rows: 0 }))
}

impl Values for Absent {
    fn read(&mut self, _: &mut Input<'_>) -> Option<()> {
        None
    }

    fn null(&mut self) {
        self.rows += 1;
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(arrow::array::new_null_array(&self.data_type, std::mem::take(&mut self.rows)))
    }
}

/// Values of several types, each into the one column or into the member of a struct.
struct Union {
    branches: Vec<Branch>,
    column: UnionColumn,
}

enum Branch {
    Null,
    /// The reader that takes this branch's values.
    Value(usize),
    /// A number to be widened.
    Int,
    Float,
}

enum UnionColumn {
    One(Box<dyn Values>),
    Long(PrimitiveBuilder<Int64Type>),
    Double(PrimitiveBuilder<Float64Type>),
    Members { fields: Fields, columns: Vec<Box<dyn Values>>, nulls: NullBufferBuilder },
}

fn union(branches: &[Schema], field: &Field) -> Result<Box<dyn Values>> {
    let present: Vec<&Schema> = branches.iter().filter(|branch| **branch != Schema::Null).collect();
    let mut next = 0..;
    let plain = branches.iter().map(|branch| match branch {
        Schema::Null => Branch::Null,
        _ => Branch::Value(next.next().unwrap_or_default()),
    });
    let widened = super::types::widened(&present).is_some();
    let (branches, column) = match (present.as_slice(), field.data_type()) {
        (_, DataType::Int64 | DataType::Float64) if widened => {
            let branches = branches.iter().map(|branch| match branch {
                Schema::Null => Branch::Null,
                Schema::Int(_) => Branch::Int,
                Schema::Float => Branch::Float,
                _ => Branch::Value(0),
            });
            let column = match field.data_type() {
                DataType::Int64 => UnionColumn::Long(PrimitiveBuilder::new()),
                _ => UnionColumn::Double(PrimitiveBuilder::new()),
            };
            (branches.collect(), column)
        }
        ([], _) => (plain.collect(), UnionColumn::One(absent(field)?)),
        ([single], _) => (plain.collect(), UnionColumn::One(values(single, field)?)),
        (several, DataType::Struct(fields)) if fields.len() == several.len() => {
            let columns = several.iter().zip(fields).map(|(member, field)| values(member, field));
            let columns = columns.collect::<Result<_>>()?;
            let nulls = NullBufferBuilder::new(0);
            (plain.collect(), UnionColumn::Members { fields: fields.clone(), columns, nulls })
        }
        _ => return Err(mismatch(&Schema::Union(Arc::new(branches.to_vec())), field)),
    };
    Ok(Box::new(Union { branches, column }))
}

impl Values for Union {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        let branch = self.branches.get(input.length()?)?;
        match (branch, &mut self.column) {
            (Branch::Null, _) => self.null(),
            (Branch::Value(_), UnionColumn::One(column)) => column.read(input)?,
            (Branch::Int, UnionColumn::Long(builder)) => builder.append_value(input.int()?.into()),
            (Branch::Value(_), UnionColumn::Long(builder)) => builder.append_value(input.long()?),
            (Branch::Float, UnionColumn::Double(builder)) => builder.append_value(input.float()?.into()),
            (Branch::Value(_), UnionColumn::Double(builder)) => builder.append_value(input.double()?),
            (Branch::Value(chosen), UnionColumn::Members { columns, nulls, .. }) => {
                for (index, column) in columns.iter_mut().enumerate() {
                    if index == *chosen {
                        column.read(input)?;
                    } else {
                        column.null();
                    }
                }
                nulls.append_non_null();
            }
            _ => return None,
        }
        Some(())
    }

    fn null(&mut self) {
        match &mut self.column {
            UnionColumn::One(column) => column.null(),
            UnionColumn::Long(builder) => builder.append_null(),
            UnionColumn::Double(builder) => builder.append_null(),
            UnionColumn::Members { columns, nulls, .. } => {
                columns.iter_mut().for_each(|column| column.null());
                nulls.append_null();
            }
        }
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match &mut self.column {
            UnionColumn::One(column) => column.finish()?,
            UnionColumn::Long(builder) => Arc::new(builder.finish()),
            UnionColumn::Double(builder) => Arc::new(builder.finish()),
            UnionColumn::Members { fields, columns, nulls } => {
                let columns = columns.iter_mut().map(|column| column.finish()).collect::<Result<_>>()?;
                made(StructArray::try_new(fields.clone(), columns, nulls.finish()))?
            }
        })
    }
}

fn made<A: arrow::array::Array + 'static>(array: arrow::error::Result<A>) -> Result<ArrayRef> {
    match array {
        Ok(array) => Ok(Arc::new(array)),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("Avro columns: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_twos_complement() {
        for (bytes, expected) in [
            (&[][..], Some(0)),
            (&[0x7f], Some(127)),
            (&[0x80], Some(-128)),
            (&[0xff, 0x7f], Some(-129)),
            (&[0; 20], Some(0)),
            (&[0xff; 20], Some(-1)),
            (&[1; 17], None),
        ] {
            assert_eq!(big_endian(bytes), expected, "{bytes:?}");
        }
    }
}
