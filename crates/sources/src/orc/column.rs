//! A stripe's streams as Arrow columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, IntervalYearMonthType, TimestampMicrosecondType,
};
use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, ListArray, MapArray, PrimitiveArray, StructArray,
    UInt32Array, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit, TimeUnit};
use functions::datetime::zone::Zone;
use lang::{Error, ErrorKind, Result};

use super::calendar;
use super::proto::{Encoding, Kind, Type, stream};
use super::runs;
use super::types::malformed;
use crate::value::datetime::{MICROS_PER_SECOND, days};

/// One stripe's streams, unpacked.
pub(super) struct Columns<'a> {
    pub types: &'a [Type],
    pub encodings: &'a [Encoding],
    pub streams: &'a HashMap<(u32, u32), Vec<u8>>,
    pub zone: Zone,
    /// Whether days before 1582 are those of the Julian calendar.
    pub julian: bool,
}

/// Which values are there, of as many as were asked for.
struct Present {
    nulls: Option<NullBuffer>,
    rows: usize,
    count: usize,
}

impl Columns<'_> {
    /// The `rows` values of column `id` as values of `field`.
    ///
    /// # Errors
    /// Streams that make no sense; types that are not read as each other.
    pub(super) fn column(&self, id: u32, field: &Field, rows: usize) -> Result<ArrayRef> {
        let found = self.types.get(id as usize).ok_or_else(|| malformed("its types"))?;
        let present = self.present(id, rows)?;
        let wanted = field.data_type();
        let read = match (found.kind(), wanted) {
            (Kind::Boolean, DataType::Boolean) => self.booleans(id, &present),
            (Kind::Byte, _) => {
                let bytes = self.stream(id, stream::DATA).and_then(|data| runs::bytes(data, present.count));
                self.whole(
                    bytes.map(|b| b.into_iter().map(|b| i64::from(b as i8)).collect()),
                    &present,
                    wanted,
                )
            }
            (Kind::Short | Kind::Int | Kind::Long, _) => {
                self.whole(self.integers(id, stream::DATA, present.count, true), &present, wanted)
            }
            (Kind::Date, DataType::Date32) => {
                let rebase = |day: i64| {
                    let day = day as i32;
                    i64::from(if self.julian { calendar::from_julian(day) } else { day })
                };
                let days = self.integers(id, stream::DATA, present.count, true);
                self.whole(days.map(|days| days.into_iter().map(rebase).collect()), &present, wanted)
            }
            (Kind::Float, DataType::Float32 | DataType::Float64) => self.floats(id, &present, wanted),
            (Kind::Double, DataType::Float64) => self.doubles(id, &present),
            (Kind::String | Kind::Varchar | Kind::Char, DataType::Utf8) => self.strings(id, &present),
            (Kind::Binary, DataType::Binary) => self.binaries(id, &present),
            (Kind::Timestamp | Kind::TimestampInstant, DataType::Timestamp(TimeUnit::Microsecond, _)) => {
                self.timestamps(id, found.kind(), &present, wanted)
            }
            (Kind::Decimal, DataType::Decimal128(_, scale)) => self.decimals(id, *scale, &present, wanted),
            (Kind::List, DataType::List(element)) => return self.lists(id, found, element, &present),
            (Kind::Map, DataType::Map(entries, _)) => return self.maps(id, found, entries, &present),
            (Kind::Struct, DataType::Struct(_)) => return self.structs(found, field, &present),
            _ => return Err(mismatch(found, field)),
        };
        read?.ok_or_else(|| malformed("a stream of values"))
    }

    fn stream(&self, id: u32, kind: u32) -> Option<&[u8]> {
        self.streams.get(&(id, kind)).map(Vec::as_slice)
    }

    fn present(&self, id: u32, rows: usize) -> Result<Present> {
        let Some(data) = self.stream(id, stream::PRESENT) else {
            return Ok(Present { nulls: None, rows, count: rows });
        };
        let flags = runs::bits(data, rows).ok_or_else(|| malformed("a stream of nulls"))?;
        let nulls = NullBuffer::from(flags);
        let count = rows - nulls.null_count();
        Ok(Present { nulls: Some(nulls), rows, count })
    }

    fn encoding(&self, id: u32) -> (u32, usize) {
        let encoding = self.encodings.get(id as usize);
        encoding.map_or((0, 0), |e| (e.kind(), e.dictionary_size as usize))
    }

    fn integers(&self, id: u32, kind: u32, count: usize, signed: bool) -> Option<Vec<i64>> {
        if count == 0 {
            return Some(Vec::new());
        }
        runs::integers(self.stream(id, kind)?, count, signed, self.encoding(id).0 >= 2)
    }

    /// Whole numbers as whatever is stored like them.
    fn whole(
        &self,
        values: Option<Vec<i64>>,
        present: &Present,
        wanted: &DataType,
    ) -> Result<Option<ArrayRef>> {
        let Some(values) = values else { return Ok(None) };
        Ok(match wanted {
            DataType::Int8 => narrow::<Int8Type>(values, present, |v| i8::try_from(v).ok()),
            DataType::Int16 => narrow::<Int16Type>(values, present, |v| i16::try_from(v).ok()),
            DataType::Int32 => narrow::<Int32Type>(values, present, |v| i32::try_from(v).ok()),
            DataType::Date32 => narrow::<Date32Type>(values, present, |v| i32::try_from(v).ok()),
            DataType::Interval(IntervalUnit::YearMonth) => {
                narrow::<IntervalYearMonthType>(values, present, |v| i32::try_from(v).ok())
            }
            DataType::Int64 => narrow::<Int64Type>(values, present, Some),
            DataType::Duration(TimeUnit::Microsecond) => {
                narrow::<DurationMicrosecondType>(values, present, Some)
            }
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                narrow::<TimestampMicrosecondType>(values, present, Some)
            }
            other => {
                return Err(Error::unsupported(format!("reading whole numbers of ORC files as {other}")));
            }
        })
    }

    fn booleans(&self, id: u32, present: &Present) -> Result<Option<ArrayRef>> {
        let values = match present.count {
            0 => Some(Vec::new()),
            count => self.stream(id, stream::DATA).and_then(|data| runs::bits(data, count)),
        };
        let Some(values) = values else { return Ok(None) };
        let values = present.spread(values);
        Ok(Some(Arc::new(BooleanArray::new(values.into(), present.nulls.clone()))))
    }

    fn floats(&self, id: u32, present: &Present, wanted: &DataType) -> Result<Option<ArrayRef>> {
        let data = self.stream(id, stream::DATA).unwrap_or_default();
        let (chunks, _) = data.as_chunks::<4>();
        if chunks.len() < present.count {
            return Ok(None);
        }
        let values: Vec<f32> = chunks.iter().take(present.count).map(|c| f32::from_le_bytes(*c)).collect();
        if *wanted == DataType::Float64 {
            let values = values.into_iter().map(f64::from).collect();
            return Ok(Some(present.primitive::<Float64Type>(values)));
        }
        Ok(Some(present.primitive::<Float32Type>(values)))
    }

    fn doubles(&self, id: u32, present: &Present) -> Result<Option<ArrayRef>> {
        let data = self.stream(id, stream::DATA).unwrap_or_default();
        let (chunks, _) = data.as_chunks::<8>();
        if chunks.len() < present.count {
            return Ok(None);
        }
        let values = chunks.iter().take(present.count).map(|c| f64::from_le_bytes(*c)).collect();
        Ok(Some(present.primitive::<Float64Type>(values)))
    }

    fn strings(&self, id: u32, present: &Present) -> Result<Option<ArrayRef>> {
        let Some(cells) = self.cells(id, present.count) else { return Ok(None) };
        let cells = present.spread(cells.into_iter().map(Some).collect());
        crate::value::strings(cells.into_iter(), present.rows).map(Some)
    }

    fn binaries(&self, id: u32, present: &Present) -> Result<Option<ArrayRef>> {
        let Some(cells) = self.cells(id, present.count) else { return Ok(None) };
        let cells = present.spread(cells.into_iter().map(Some).collect());
        Ok(Some(Arc::new(BinaryArray::from_iter(cells))))
    }

    /// Texts, from a dictionary if there is one.
    fn cells(&self, id: u32, count: usize) -> Option<Vec<&[u8]>> {
        let (encoding, size) = self.encoding(id);
        if encoding % 2 == 0 {
            return split(
                self.stream(id, stream::DATA).unwrap_or_default(),
                &self.integers(id, stream::LENGTH, count, false)?,
            );
        }
        let lengths = self.integers(id, stream::LENGTH, size, false)?;
        let words = split(self.stream(id, stream::DICTIONARY).unwrap_or_default(), &lengths)?;
        let places = self.integers(id, stream::DATA, count, false)?;
        places.into_iter().map(|place| words.get(usize::try_from(place).ok()?).copied()).collect()
    }

    fn timestamps(
        &self,
        id: u32,
        kind: Kind,
        present: &Present,
        wanted: &DataType,
    ) -> Result<Option<ArrayRef>> {
        let seconds = self.integers(id, stream::DATA, present.count, true);
        let nanos = self.integers(id, stream::SECONDARY, present.count, false);
        let (Some(seconds), Some(nanos)) = (seconds, nanos) else { return Ok(None) };
        let zone = if kind == Kind::TimestampInstant { Zone::UTC } else { self.zone };
        let start = i64::from(days(2015, 1, 1).unwrap_or(0)) * 86_400 * MICROS_PER_SECOND;
        let base = zone.to_instant(start).div_euclid(MICROS_PER_SECOND);
        let values = seconds.into_iter().zip(nanos).map(|(seconds, nanos)| {
            let nanos = unpack_nanos(nanos)?;
            let mut seconds = seconds.checked_add(base)?;
            // Writers cut seconds off towards zero.
            if nanos > 999_999 && seconds.checked_mul(1000)?.checked_add(nanos / 1_000_000)? < 0 {
                seconds -= 1;
            }
            let micros = seconds.checked_mul(MICROS_PER_SECOND)?.checked_add(nanos / 1000)?;
            Some(if self.julian { calendar::micros(micros, calendar::from_julian) } else { micros })
        });
        let Some(values) = values.collect::<Option<Vec<i64>>>() else { return Ok(None) };
        let array = present.array::<TimestampMicrosecondType>(values).with_data_type(wanted.clone());
        Ok(Some(Arc::new(array)))
    }

    fn decimals(&self, id: u32, scale: i8, present: &Present, wanted: &DataType) -> Result<Option<ArrayRef>> {
        if present.count == 0 {
            return Ok(Some(new_null_array(wanted, present.rows)));
        }
        let values = self.stream(id, stream::DATA).and_then(|data| runs::long_varints(data, present.count));
        let scales = self.integers(id, stream::SECONDARY, present.count, true);
        let (Some(values), Some(scales)) = (values, scales) else { return Ok(None) };
        let fitted = values.into_iter().zip(scales).map(|(value, found)| {
            let shift = i64::from(scale) - found;
            let factor = 10i128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
            if shift >= 0 { value.checked_mul(factor) } else { (value % factor == 0).then(|| value / factor) }
        });
        let Some(values) = fitted.collect::<Option<Vec<i128>>>() else { return Ok(None) };
        Ok(Some(Arc::new(present.array::<Decimal128Type>(values).with_data_type(wanted.clone()))))
    }

    fn offsets(&self, id: u32, present: &Present) -> Result<(OffsetBuffer<i32>, usize)> {
        let wrong = || malformed("a stream of lengths");
        let lengths = self.integers(id, stream::LENGTH, present.count, false).ok_or_else(wrong)?;
        let mut total = 0usize;
        let mut offsets = Vec::with_capacity(present.rows + 1);
        offsets.push(0i32);
        for length in present.spread(lengths) {
            total = usize::try_from(length).ok().and_then(|l| total.checked_add(l)).ok_or_else(wrong)?;
            offsets.push(i32::try_from(total).map_err(|_| wrong())?);
        }
        Ok((OffsetBuffer::new(offsets.into()), total))
    }

    fn lists(&self, id: u32, found: &Type, element: &FieldRef, present: &Present) -> Result<ArrayRef> {
        let (offsets, total) = self.offsets(id, present)?;
        let inner = found.subtypes.first().ok_or_else(|| malformed("its types"))?;
        let values = self.column(*inner, element, total)?;
        made(ListArray::try_new(Arc::clone(element), offsets, values, present.nulls.clone()))
    }

    fn maps(&self, id: u32, found: &Type, entries: &FieldRef, present: &Present) -> Result<ArrayRef> {
        let (DataType::Struct(pair), [key, value]) = (entries.data_type(), found.subtypes.as_slice()) else {
            return Err(malformed("its types"));
        };
        let (offsets, total) = self.offsets(id, present)?;
        let columns = vec![self.column(*key, &pair[0], total)?, self.column(*value, &pair[1], total)?];
        let pairs = StructArray::try_new(pair.clone(), columns, None).map_err(failed)?;
        made(MapArray::try_new(Arc::clone(entries), offsets, pairs, present.nulls.clone(), false))
    }

    fn structs(&self, found: &Type, field: &Field, present: &Present) -> Result<ArrayRef> {
        let DataType::Struct(fields) = field.data_type() else { return Err(mismatch(found, field)) };
        let columns = fields.iter().map(|field| {
            let Some(id) = child(found, field.name()) else {
                return Ok(new_null_array(field.data_type(), present.rows));
            };
            let column = self.column(id, field, present.count)?;
            present.spread_array(column)
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        if fields.is_empty() {
            return Ok(Arc::new(StructArray::new_empty_fields(present.rows, present.nulls.clone())));
        }
        made(StructArray::try_new(fields.clone(), columns, present.nulls.clone()))
    }
}

/// The column of a struct's field of that name: the exact one first, then case aside.
pub(super) fn child(parent: &Type, name: &str) -> Option<u32> {
    let exact = parent.names.iter().position(|known| known == name);
    let found = exact.or_else(|| parent.names.iter().position(|known| known.eq_ignore_ascii_case(name)))?;
    parent.subtypes.get(found).copied()
}

impl Present {
    /// Puts values to where they are present; defaults are elsewhere.
    fn spread<T: Default + Clone>(&self, values: Vec<T>) -> Vec<T> {
        let Some(nulls) = &self.nulls else { return values };
        let mut values = values.into_iter();
        nulls
            .iter()
            .map(|valid| if valid { values.next().unwrap_or_default() } else { T::default() })
            .collect()
    }

    fn array<T: ArrowPrimitiveType>(&self, values: Vec<T::Native>) -> PrimitiveArray<T> {
        PrimitiveArray::new(self.spread(values).into(), self.nulls.clone())
    }

    fn primitive<T: ArrowPrimitiveType>(&self, values: Vec<T::Native>) -> ArrayRef {
        Arc::new(self.array::<T>(values))
    }

    fn spread_array(&self, array: ArrayRef) -> Result<ArrayRef> {
        let Some(nulls) = &self.nulls else { return Ok(array) };
        let mut next = 0u32..;
        let places: UInt32Array = nulls.iter().map(|valid| if valid { next.next() } else { None }).collect();
        arrow::compute::take(&array, &places, None).map_err(failed)
    }
}

fn narrow<T: ArrowPrimitiveType>(
    values: Vec<i64>,
    present: &Present,
    fit: impl Fn(i64) -> Option<T::Native>,
) -> Option<ArrayRef> {
    let values = values.into_iter().map(fit).collect::<Option<Vec<T::Native>>>()?;
    Some(present.primitive::<T>(values))
}

/// Cuts texts apart by their lengths.
fn split<'a>(mut data: &'a [u8], lengths: &[i64]) -> Option<Vec<&'a [u8]>> {
    let cut = |length: &i64| {
        let (text, rest) = data.split_at_checked(usize::try_from(*length).ok()?)?;
        data = rest;
        Some(text)
    };
    lengths.iter().map(cut).collect()
}

/// Nanoseconds, whose zeros at the end are counted in three bits.
fn unpack_nanos(packed: i64) -> Option<i64> {
    let (value, zeros) = (packed >> 3, packed & 7);
    if zeros == 0 { Some(value) } else { value.checked_mul(10i64.pow(zeros as u32 + 1)) }
}

fn mismatch(found: &Type, field: &Field) -> Error {
    let wanted = functions::types::from_field(field).sql();
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", "").with(
        "reason",
        format!("the ORC type {:?} of column {} cannot be read as {wanted}", found.kind(), field.name()),
    )
}

fn made<A: Array + 'static>(array: arrow::error::Result<A>) -> Result<ArrayRef> {
    match array {
        Ok(array) => Ok(Arc::new(array)),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("ORC columns: {error}"))
}
