//! Constants as pickles: what Spark's own values look like to PySpark, dates and instants as numbers.

use arrow::array::ArrayRef;
use datafusion::common::ScalarValue;
use lang::{Error, Result};

/// A pickle (protocol 3) of a constant.
///
/// # Errors
/// Types that constants of analysed table functions cannot have here, by name.
pub(crate) fn pickled(value: &ScalarValue) -> Result<Vec<u8>> {
    let mut bytes = vec![0x80, 3];
    put(value, &mut bytes)?;
    bytes.push(b'.');
    Ok(bytes)
}

fn put(value: &ScalarValue, out: &mut Vec<u8>) -> Result<()> {
    use ScalarValue as S;
    match value {
        value if value.is_null() => out.push(b'N'),
        S::Boolean(Some(value)) => out.push(if *value { 0x88 } else { 0x89 }),
        S::Int8(Some(value)) => integer(i64::from(*value), out),
        S::Int16(Some(value)) => integer(i64::from(*value), out),
        S::Int32(Some(value)) | S::Date32(Some(value)) => integer(i64::from(*value), out),
        S::Int64(Some(value))
        | S::TimestampMicrosecond(Some(value), _)
        | S::DurationMicrosecond(Some(value)) => integer(*value, out),
        S::Float32(Some(value)) => float(f64::from(*value), out),
        S::Float64(Some(value)) => float(*value, out),
        S::Utf8(Some(text)) | S::LargeUtf8(Some(text)) | S::Utf8View(Some(text)) => string(text, out)?,
        S::Binary(Some(bytes)) | S::LargeBinary(Some(bytes)) | S::BinaryView(Some(bytes)) => {
            out.push(b'B');
            sized(bytes, out)?;
        }
        S::Decimal128(Some(_), ..) => {
            out.extend(b"cdecimal\nDecimal\n");
            string(&value.to_string().split(',').next().unwrap_or_default().replace("Some(", ""), out)?;
            // A tuple of one, and the call.
            out.extend([0x85, b'R']);
        }
        S::List(list) => elements(&list.value(0), out)?,
        other => {
            return Err(Error::unsupported(format!(
                "constants of type {} for the analysis of a table function",
                other.data_type()
            )));
        }
    }
    Ok(())
}

fn integer(value: i64, out: &mut Vec<u8>) {
    // A long of eight bytes, the least significant first.
    out.extend([0x8a, 8]);
    out.extend(value.to_le_bytes());
}

fn float(value: f64, out: &mut Vec<u8>) {
    out.push(b'G');
    out.extend(value.to_be_bytes());
}

fn string(text: &str, out: &mut Vec<u8>) -> Result<()> {
    out.push(b'X');
    sized(text.as_bytes(), out)
}

fn sized(bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| Error::unsupported("a constant of 4 GiB"))?;
    out.extend(length.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn elements(array: &ArrayRef, out: &mut Vec<u8>) -> Result<()> {
    // An empty list, a mark, the elements, and what appends them.
    out.extend(b"](");
    for index in 0..array.len() {
        put(&ScalarValue::try_from_array(array, index).map_err(functions::error::from_datafusion)?, out)?;
    }
    out.push(b'e');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_written_as_pickle_reads_them() {
        let cases = [
            (ScalarValue::Null, b"\x80\x03N.".to_vec()),
            (ScalarValue::Boolean(Some(true)), b"\x80\x03\x88.".to_vec()),
            (ScalarValue::Int32(Some(-2)), b"\x80\x03\x8a\x08\xfe\xff\xff\xff\xff\xff\xff\xff.".to_vec()),
            (ScalarValue::from("ab"), b"\x80\x03X\x02\x00\x00\x00ab.".to_vec()),
        ];
        for (value, expected) in cases {
            assert_eq!(pickled(&value).unwrap(), expected, "{value}");
        }
    }
}
