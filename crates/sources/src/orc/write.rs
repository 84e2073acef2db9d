//! Batches as ORC: a stripe at a time, without indexes, whole numbers in the first encoding.

use std::sync::Arc;

use arrow::array::types::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalYearMonthType, TimestampMicrosecondType,
};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray, UInt32Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, IntervalUnit, SchemaRef, TimeUnit};
use lang::ir::Options;
use lang::{Error, Result};
use prost::Message;

use super::calendar;
use super::codec::{BLOCK, Codec};
use super::proto::{Encoding, Footer, PostScript, Statistics, Stream, Stripe, StripeFooter, Type, stream};
use super::runs;
use crate::option::OptionReader;
use crate::value::datetime::{MICROS_PER_SECOND, days};
use crate::write::{Encoder, FileEncoding};

/// Bytes in memory that make a stripe.
const STRIPE: usize = 64 << 20;
const MAGIC: &[u8] = b"ORC";

/// Writes ORC files.
#[derive(Debug)]
pub(crate) struct OrcWriter {
    schema: SchemaRef,
    types: Arc<Vec<Type>>,
    codec: Codec,
}

impl OrcWriter {
    /// # Errors
    /// Unknown codecs; types that ORC has not.
    pub(crate) fn new(options: &Options, conf: &Options, schema: &SchemaRef) -> Result<Self> {
        let read = OptionReader::new("orc", options);
        read.refuse(&["orc.encrypt", "orc.mask", "orc.bloom.filter.columns"])?;
        let session = conf.get("spark.sql.orc.compression.codec").map(String::as_str);
        let codec = read.any(&["compression", "orc.compress"]).or(session).unwrap_or("zstd");
        let mut types = Vec::new();
        let fields = functions::types::from_fields(schema.fields());
        super::types::push_types(&lang::DataType::Struct(fields), &mut types)?;
        let (schema, types) = (Arc::clone(schema), Arc::new(types));
        Ok(OrcWriter { schema, types, codec: Codec::in_options(codec)? })
    }
}

impl FileEncoding for OrcWriter {
    fn extension(&self) -> String {
        format!("{}.orc", self.codec.extension())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(OrcEncoder {
            schema: Arc::clone(&self.schema),
            types: Arc::clone(&self.types),
            codec: self.codec,
            batches: Vec::new(),
            held: 0,
            position: 0,
            stripes: Vec::new(),
            values: vec![0; self.types.len()],
            nulls: vec![false; self.types.len()],
        }))
    }
}

struct OrcEncoder {
    schema: SchemaRef,
    types: Arc<Vec<Type>>,
    codec: Codec,
    /// The rows of the next stripe.
    batches: Vec<RecordBatch>,
    held: usize,
    /// How much of the file is written.
    position: u64,
    stripes: Vec<Stripe>,
    /// For each column how many values it has, and whether there are nulls.
    values: Vec<u64>,
    nulls: Vec<bool>,
}

impl OrcEncoder {
    fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(bytes);
        self.position += bytes.len() as u64;
    }

    fn end_stripe(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.position == 0 {
            self.put(MAGIC, out);
        }
        let batches = std::mem::take(&mut self.batches);
        self.held = 0;
        let batch = concat_batches(&self.schema, &batches)
            .map_err(|e| Error::internal(format!("the rows of an ORC stripe: {e}")))?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let offset = self.position;
        let mut streams = Streams { codec: self.codec, found: Vec::new(), bytes: Vec::new() };
        let rows = StructArray::from(batch);
        let root: ArrayRef = Arc::new(rows);
        self.column(0, &root, &mut streams)?;
        let data_length = streams.bytes.len() as u64;
        self.put(&streams.bytes, out);
        let footer = StripeFooter {
            streams: streams.found,
            columns: vec![Encoding { kind: Some(0), dictionary_size: 0 }; self.types.len()],
            time_zone: "UTC".to_string(),
        };
        let footer = self.codec.pack(&footer.encode_to_vec())?;
        self.put(&footer, out);
        let (rows, footer_length) = (root.len() as u64, footer.len() as u64);
        self.stripes.push(Stripe { offset, index_length: 0, data_length, footer_length, rows });
        Ok(())
    }

    /// Writes a column and those below it.
    fn column(&mut self, id: u32, array: &ArrayRef, streams: &mut Streams) -> Result<()> {
        let place = id as usize;
        self.values[place] += (array.len() - array.null_count()) as u64;
        self.nulls[place] |= array.null_count() > 0;
        let array = match array.nulls().filter(|_| array.null_count() > 0) {
            None => Arc::clone(array),
            Some(nulls) => {
                let mut bits = Vec::new();
                runs::put_bits(nulls.iter(), &mut bits);
                streams.add(id, stream::PRESENT, &bits)?;
                let present: UInt32Array = nulls.valid_indices().map(|index| index as u32).collect();
                arrow::compute::take(array, &present, None)
                    .map_err(|e| Error::internal(format!("the values of an ORC column: {e}")))?
            }
        };
        let types = Arc::clone(&self.types);
        let inner = &types[place].subtypes;
        match array.data_type() {
            DataType::Struct(_) => {
                let columns = array.as_struct().columns();
                inner.iter().zip(columns).try_for_each(|(id, column)| self.column(*id, column, streams))
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                let values = lengths(id, list.value_offsets(), list.values(), streams)?;
                self.column(inner[0], &values, streams)
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let keys = lengths(id, map.value_offsets(), map.keys(), streams)?;
                self.column(inner[0], &keys, streams)?;
                let (start, end) = bounds(map.value_offsets());
                self.column(inner[1], &map.values().slice(start, end - start), streams)
            }
            _ => scalars(id, &array, streams),
        }
    }
}

/// A stripe's streams.
struct Streams {
    codec: Codec,
    found: Vec<Stream>,
    bytes: Vec<u8>,
}

impl Streams {
    fn add(&mut self, column: u32, kind: u32, data: &[u8]) -> Result<()> {
        let packed = self.codec.pack(data)?;
        self.found.push(Stream { kind: Some(kind), column: Some(column), length: packed.len() as u64 });
        self.bytes.extend_from_slice(&packed);
        Ok(())
    }

    fn add_integers(&mut self, column: u32, kind: u32, values: &[i64], signed: bool) -> Result<()> {
        let mut data = Vec::new();
        runs::put_integers(values, signed, &mut data);
        self.add(column, kind, &data)
    }
}

fn bounds(offsets: &[i32]) -> (usize, usize) {
    (offsets.first().map_or(0, |o| *o as usize), offsets.last().map_or(0, |o| *o as usize))
}

/// Writes how long each list is; answers the elements of all of them.
fn lengths(id: u32, offsets: &[i32], values: &ArrayRef, streams: &mut Streams) -> Result<ArrayRef> {
    let lengths: Vec<i64> = offsets.windows(2).map(|pair| i64::from(pair[1] - pair[0])).collect();
    streams.add_integers(id, stream::LENGTH, &lengths, false)?;
    let (start, end) = bounds(offsets);
    Ok(values.slice(start, end - start))
}

/// Writes the values of a column that has no nulls and nothing below it.
fn scalars(id: u32, array: &ArrayRef, streams: &mut Streams) -> Result<()> {
    let whole =
        |values: Vec<i64>, streams: &mut Streams| streams.add_integers(id, stream::DATA, &values, true);
    match array.data_type() {
        DataType::Boolean => {
            let mut data = Vec::new();
            runs::put_bits(array.as_boolean().values().iter(), &mut data);
            streams.add(id, stream::DATA, &data)
        }
        DataType::Int8 => {
            let bytes: Vec<u8> = array.as_primitive::<Int8Type>().values().iter().map(|v| *v as u8).collect();
            let mut data = Vec::new();
            runs::put_bytes(&bytes, &mut data);
            streams.add(id, stream::DATA, &data)
        }
        DataType::Int16 => whole(widen(array.as_primitive::<Int16Type>().values()), streams),
        DataType::Int32 => whole(widen(array.as_primitive::<Int32Type>().values()), streams),
        DataType::Interval(IntervalUnit::YearMonth) => {
            whole(widen(array.as_primitive::<IntervalYearMonthType>().values()), streams)
        }
        DataType::Int64 => whole(array.as_primitive::<Int64Type>().values().to_vec(), streams),
        DataType::Duration(TimeUnit::Microsecond) => {
            whole(array.as_primitive::<DurationMicrosecondType>().values().to_vec(), streams)
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().values().iter();
            whole(days.map(|day| i64::from(calendar::to_julian(*day))).collect(), streams)
        }
        DataType::Float32 => {
            let values = array.as_primitive::<Float32Type>().values();
            let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            streams.add(id, stream::DATA, &data)
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>().values();
            let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            streams.add(id, stream::DATA, &data)
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            whole(array.as_primitive::<TimestampMicrosecondType>().values().to_vec(), streams)
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            timestamps(id, array.as_primitive::<TimestampMicrosecondType>().values(), streams)
        }
        DataType::Decimal128(_, scale) => {
            let values = array.as_primitive::<Decimal128Type>().values();
            let mut data = Vec::new();
            values.iter().for_each(|value| runs::put_long_varint(*value, &mut data));
            streams.add(id, stream::DATA, &data)?;
            streams.add_integers(id, stream::SECONDARY, &vec![i64::from(*scale); values.len()], true)
        }
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            let (start, end) = bounds(texts.value_offsets());
            streams.add(id, stream::DATA, &texts.value_data()[start..end])?;
            let lengths: Vec<i64> = texts.offsets().lengths().map(|length| length as i64).collect();
            streams.add_integers(id, stream::LENGTH, &lengths, false)
        }
        DataType::Binary => {
            let texts = array.as_binary::<i32>();
            let (start, end) = bounds(texts.value_offsets());
            streams.add(id, stream::DATA, &texts.value_data()[start..end])?;
            let lengths: Vec<i64> = texts.offsets().lengths().map(|length| length as i64).collect();
            streams.add_integers(id, stream::LENGTH, &lengths, false)
        }
        other => Err(Error::unsupported(format!("{other} in ORC files"))),
    }
}

fn widen<T: Copy + Into<i64>>(values: &[T]) -> Vec<i64> {
    values.iter().map(|value| (*value).into()).collect()
}

/// Seconds since 2015 and nanoseconds, cut off towards zero as other writers do.
fn timestamps(id: u32, values: &[i64], streams: &mut Streams) -> Result<()> {
    let base = i64::from(days(2015, 1, 1).unwrap_or(0)) * 86_400;
    let (mut seconds, mut nanos) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for micros in values {
        let micros = calendar::micros(*micros, calendar::to_julian);
        let (second, nano) =
            (micros.div_euclid(MICROS_PER_SECOND), micros.rem_euclid(MICROS_PER_SECOND) * 1000);
        let cut = i64::from(second < 0 && nano > 999_999);
        seconds.push(second + cut - base);
        nanos.push(pack_nanos(nano));
    }
    streams.add_integers(id, stream::DATA, &seconds, true)?;
    streams.add_integers(id, stream::SECONDARY, &nanos, false)
}

/// Zeros at the end of nanoseconds, if there are two or more, are counted in the lowest three bits.
fn pack_nanos(mut nanos: i64) -> i64 {
    if nanos == 0 || nanos % 100 != 0 {
        return nanos << 3;
    }
    nanos /= 100;
    let mut zeros = 1;
    while nanos % 10 == 0 && zeros < 7 {
        nanos /= 10;
        zeros += 1;
    }
    nanos << 3 | zeros
}

impl Encoder for OrcEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        self.held += batch.get_array_memory_size();
        // Columns may be nullable here and not there: the names and types are the same.
        let columns = batch.columns().iter().zip(self.schema.fields());
        let columns = columns.map(|(column, field)| arrow::compute::cast(column, field.data_type()));
        let batch = columns
            .collect::<arrow::error::Result<Vec<_>>>()
            .and_then(|columns| RecordBatch::try_new(Arc::clone(&self.schema), columns))
            .map_err(|e| Error::internal(format!("writing ORC: {e}")))?;
        self.batches.push(batch);
        if self.held >= STRIPE { self.end_stripe(out) } else { Ok(()) }
    }

    fn held(&self) -> usize {
        self.held
    }

    fn relieve(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.end_stripe(out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.end_stripe(out)?;
        let statistics = self.values.iter().zip(&self.nulls);
        let footer = Footer {
            header_length: MAGIC.len() as u64,
            content_length: self.position,
            rows: self.stripes.iter().map(|stripe| stripe.rows).sum(),
            stripes: std::mem::take(&mut self.stripes),
            types: self.types.as_ref().clone(),
            statistics: statistics
                .map(|(values, nulls)| Statistics { values: Some(*values), has_null: Some(*nulls) })
                .collect(),
            index_stride: 0,
            encryption: None,
            calendar: 1,
        };
        let footer = self.codec.pack(&footer.encode_to_vec())?;
        let script = PostScript {
            footer_length: footer.len() as u64,
            compression: self.codec.number(),
            block_size: BLOCK as u64,
            version: vec![0, 12],
            metadata_length: 0,
            writer_version: 9,
            magic: "ORC".to_string(),
        };
        let script = script.encode_to_vec();
        self.put(&footer, out);
        self.put(&script, out);
        out.push(u8::try_from(script.len()).map_err(|_| Error::internal("an ORC postscript too long"))?);
        Ok(())
    }
}
