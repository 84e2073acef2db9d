//! Values as text, the way `show()` and casts to string print them.

use arrow::array::{Array, ArrayRef, StringArray};
use lang::{DataType as Spark, Result};

use crate::cast::format::{self, Style};
use crate::cast::zone::Zone;
use crate::types;

/// Every value of `array` as Spark's `show` prints it, NULL as `NULL`; timestamps in `time_zone`.
pub fn to_strings(array: &ArrayRef, time_zone: &str) -> Result<Vec<String>> {
    to_strings_of(array, &types::from_arrow(array.data_type()), time_zone)
}

/// [`to_strings`] for values of a Spark type that the Arrow type alone does not tell (interval units).
pub fn to_strings_of(array: &ArrayRef, data_type: &Spark, time_zone: &str) -> Result<Vec<String>> {
    let texts = format::to_string_array(array, data_type, Zone::parse(time_zone)?, Style::Show)?;
    Ok(texts.iter().map(|text| text.unwrap_or("NULL").to_string()).collect())
}

/// Every value of `array` as a cast to string yields it; nulls stay null.
pub fn to_string_array(array: &ArrayRef, time_zone: &str) -> Result<StringArray> {
    format::to_string_array(
        array,
        &types::from_arrow(array.data_type()),
        Zone::parse(time_zone)?,
        Style::Cast,
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{BinaryArray, Float64Array, ListArray, StructArray, TimestampMicrosecondArray};
    use arrow::datatypes::{DataType, Field, Int32Type};

    use super::*;

    #[test]
    fn shown_values() {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([
            Some(vec![Some(1), None]),
            None,
            Some(vec![]),
        ]);
        let fields = vec![Arc::new(Field::new("a", DataType::Float64, true))];
        let column: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None]));
        let structs = StructArray::new(fields.into(), vec![column], None);
        let times = TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("UTC");
        let cases: [(ArrayRef, &[&str]); 4] = [
            (Arc::new(list), &["[1, NULL]", "NULL", "[]"]),
            (Arc::new(structs), &["{1.0}", "{NULL}"]),
            (Arc::new(BinaryArray::from(vec![&b"ab"[..], &b""[..]])), &["[61 62]", "[]"]),
            (Arc::new(times), &["1969-12-31 19:00:01.5"]),
        ];
        for (array, expected) in cases {
            assert_eq!(to_strings(&array, "America/New_York").expect("texts"), expected);
        }
    }
}
