//! Spark's types of Avro's types, and Avro's of Spark's.

use lang::{DataType, Error, Result, StructField, StructType};
use serde_json::{Value, json};

use super::schema::{Meaning, Schema};

/// The Spark type of an Avro type, and whether it holds null.
///
/// # Errors
/// Types that Spark has not.
pub fn spark_type(schema: &Schema, stable_names: bool) -> Result<(DataType, bool)> {
    let data_type = match schema {
        Schema::Null => return Ok((DataType::Null, true)),
        Schema::Boolean => DataType::Boolean,
        Schema::Int(Meaning::Date) => DataType::Date,
        Schema::Int(Meaning::Spark(name)) | Schema::Long(Meaning::Spark(name)) => {
            lang::parse_data_type(name)?
        }
        Schema::Int(_) => DataType::Integer,
        Schema::Long(Meaning::TimestampMillis | Meaning::TimestampMicros) => DataType::Timestamp,
        Schema::Long(Meaning::LocalTimestampMillis | Meaning::LocalTimestampMicros) => DataType::TimestampNtz,
        Schema::Long(_) => DataType::Long,
        Schema::Float => DataType::Float,
        Schema::Double => DataType::Double,
        Schema::String | Schema::Enum(_) => DataType::STRING,
        Schema::Bytes(Meaning::Decimal { precision, scale })
        | Schema::Fixed { meaning: Meaning::Decimal { precision, scale }, .. } => {
            DataType::Decimal { precision: *precision, scale: *scale }
        }
        Schema::Bytes(_) | Schema::Fixed { .. } => DataType::Binary,
        Schema::Array(element) => {
            let (element, contains_null) = spark_type(element, stable_names)?;
            DataType::Array { element: Box::new(element), contains_null }
        }
        Schema::Map(value) => {
            let (value, value_contains_null) = spark_type(value, stable_names)?;
            DataType::Map { key: Box::new(DataType::STRING), value: Box::new(value), value_contains_null }
        }
        Schema::Record(fields) => {
            let fields = fields.iter().map(|field| {
                let (data_type, nullable) = spark_type(&field.schema, stable_names)?;
                Ok(StructField::new(&field.name, data_type, nullable))
            });
            DataType::Struct(StructType::new(fields.collect::<Result<_>>()?))
        }
        Schema::Union(branches) => return union_type(branches, stable_names),
    };
    Ok((data_type, false))
}

fn union_type(branches: &[Schema], stable_names: bool) -> Result<(DataType, bool)> {
    let nullable = branches.contains(&Schema::Null);
    let values: Vec<&Schema> = branches.iter().filter(|branch| **branch != Schema::Null).collect();
    let data_type = match values.as_slice() {
        [] => DataType::Null,
        [single] => spark_type(single, stable_names)?.0,
        several => match widened(several) {
            Some(widened) => widened,
            None => {
                let members = several.iter().enumerate().map(|(index, member)| {
                    let name = member_name(member, index, stable_names)?;
                    Ok(StructField::new(name, spark_type(member, stable_names)?.0, true))
                });
                DataType::Struct(StructType::new(members.collect::<Result<_>>()?))
            }
        },
    };
    Ok((data_type, nullable))
}

/// Unions of numbers that one type holds.
pub fn widened(branches: &[&Schema]) -> Option<DataType> {
    match branches {
        [Schema::Int(_), Schema::Long(_)] | [Schema::Long(_), Schema::Int(_)] => Some(DataType::Long),
        [Schema::Float, Schema::Double] | [Schema::Double, Schema::Float] => Some(DataType::Double),
        _ => None,
    }
}

fn member_name(member: &Schema, index: usize, stable: bool) -> Result<String> {
    match member {
        _ if !stable => Ok(format!("member{index}")),
        Schema::Record(_) | Schema::Enum(_) | Schema::Fixed { .. } => {
            Err(Error::unsupported("enableStableIdentifiersForUnionType with named Avro types"))
        }
        other => Ok(format!("member_{}", other.kind())),
    }
}

/// The Avro schema that Spark writes for a type: records are called by the names of their fields, below `namespace`.
///
/// # Errors
/// `UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE` is the caller's to answer; here types without a mapping are unsupported.
pub fn avro_type(data_type: &DataType, nullable: bool, name: &str, namespace: &str) -> Result<Value> {
    let schema = match data_type {
        DataType::Boolean => json!("boolean"),
        DataType::Byte | DataType::Short | DataType::Integer => json!("int"),
        DataType::Long => json!("long"),
        DataType::Float => json!("float"),
        DataType::Double => json!("double"),
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => json!("string"),
        DataType::Binary => json!("bytes"),
        DataType::Date => json!({"type": "int", "logicalType": "date"}),
        DataType::Timestamp => json!({"type": "long", "logicalType": "timestamp-micros"}),
        DataType::TimestampNtz => json!({"type": "long", "logicalType": "local-timestamp-micros"}),
        DataType::Decimal { precision, scale } => {
            let name = if namespace.is_empty() { name.to_string() } else { format!("{namespace}.{name}") };
            json!({
                "type": "fixed", "name": "fixed", "namespace": name, "size": decimal_size(*precision),
                "logicalType": "decimal", "precision": precision, "scale": scale,
            })
        }
        DataType::YearMonthInterval { .. } => {
            json!({"type": "int", "spark.sql.catalyst.type": data_type.sql().to_lowercase()})
        }
        DataType::DayTimeInterval { .. } => {
            json!({"type": "long", "spark.sql.catalyst.type": data_type.sql().to_lowercase()})
        }
        DataType::Array { element, contains_null } => {
            json!({"type": "array", "items": avro_type(element, *contains_null, name, namespace)?})
        }
        DataType::Map { value, value_contains_null, .. } => {
            json!({"type": "map", "values": avro_type(value, *value_contains_null, name, namespace)?})
        }
        DataType::Struct(inner) => record(inner, name, namespace)?,
        other => return Err(Error::unsupported(format!("{} in Avro files", other.sql()))),
    };
    Ok(if nullable { json!([schema, "null"]) } else { schema })
}

/// The Avro record that Spark writes for a struct.
///
/// # Errors
/// As [`avro_type`].
pub fn record(fields: &StructType, name: &str, namespace: &str) -> Result<Value> {
    let inside = if namespace.is_empty() { name.to_string() } else { format!("{namespace}.{name}") };
    let inner = fields.fields.iter().map(|field| {
        let schema = avro_type(&field.data_type, field.nullable, &field.name, &inside)?;
        Ok(json!({"name": field.name, "type": schema}))
    });
    let inner = inner.collect::<Result<Vec<Value>>>()?;
    Ok(if namespace.is_empty() {
        json!({"type": "record", "name": name, "fields": inner})
    } else {
        json!({"type": "record", "name": name, "namespace": namespace, "fields": inner})
    })
}

/// The fewest bytes that hold every decimal of a precision.
fn decimal_size(precision: u8) -> usize {
    let most = 10i128.pow(u32::from(precision.min(38))) - 1;
    let bits = 128 - most.leading_zeros() as usize + 1;
    bits.div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_schemas() -> Result<()> {
        for (text, expected) in [
            (r#""int""#, "int"),
            (r#"{"type":"int","logicalType":"date"}"#, "date"),
            (r#"{"type":"long","logicalType":"timestamp-millis"}"#, "timestamp"),
            (r#"["null","string"]"#, "string"),
            (r#"["int","long"]"#, "bigint"),
            (r#"["null","int","string"]"#, "struct<member0:int,member1:string>"),
            (r#"{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}"#, "decimal(5,2)"),
            (r#"{"type":"map","values":["null","double"]}"#, "map<string,double>"),
            (r#"{"type":"enum","name":"e","symbols":["a","b"]}"#, "string"),
        ] {
            assert_eq!(spark_type(&Schema::parse(text)?, false)?.0.simple_string(), expected, "{text}");
        }
        Ok(())
    }

    #[test]
    fn schemas_of_types_read_back() -> Result<()> {
        assert_eq!([1, 2, 9, 10, 18, 38].map(decimal_size), [1, 1, 4, 5, 8, 16]);
        let fields = lang::parse_schema("a decimal(10,2), b array<struct<c:date>>, m map<string,timestamp>")?;
        let text = record(&fields, "topLevelRecord", "")?.to_string();
        let (found, _) = spark_type(&Schema::parse(&text)?, false)?;
        assert_eq!(found, DataType::Struct(fields));
        Ok(())
    }
}
