//! Spark's types of ORC's types, and ORC's of Spark's.

use lang::{DataType, Error, ErrorKind, Result, StructField, StructType};

use super::proto::{Attribute, Kind, Type};

/// The attribute that says which Spark type a type stands for.
const SPARK_TYPE: &str = "spark.sql.catalyst.type";
/// How deep types may nest.
const DEPTH: usize = 200;

/// The Spark type of type `id`.
///
/// # Errors
/// Types that Spark has not, and a list of types that makes no tree.
pub(super) fn spark_type(types: &[Type], id: u32, depth: usize) -> Result<DataType> {
    let found = types.get(id as usize).filter(|_| depth < DEPTH).ok_or_else(|| malformed("its types"))?;
    if let Some(attribute) = found.attributes.iter().find(|attribute| attribute.key == SPARK_TYPE) {
        return lang::parse_data_type(&attribute.value);
    }
    let inner = |index: usize| {
        let id = found.subtypes.get(index).ok_or_else(|| malformed("its types"))?;
        spark_type(types, *id, depth + 1)
    };
    Ok(match found.kind() {
        Kind::Boolean => DataType::Boolean,
        Kind::Byte => DataType::Byte,
        Kind::Short => DataType::Short,
        Kind::Int => DataType::Integer,
        Kind::Long => DataType::Long,
        Kind::Float => DataType::Float,
        Kind::Double => DataType::Double,
        Kind::String | Kind::Varchar | Kind::Char => DataType::STRING,
        Kind::Binary => DataType::Binary,
        Kind::Date => DataType::Date,
        Kind::Timestamp | Kind::TimestampInstant => DataType::Timestamp,
        Kind::Decimal => {
            let (precision, scale) = (u8::try_from(found.precision), i8::try_from(found.scale));
            match (precision, scale) {
                (Ok(precision @ 1..=38), Ok(scale)) => DataType::Decimal { precision, scale },
                _ => return Err(malformed("a decimal type")),
            }
        }
        Kind::List => DataType::Array { element: Box::new(inner(0)?), contains_null: true },
        Kind::Map => {
            DataType::Map { key: Box::new(inner(0)?), value: Box::new(inner(1)?), value_contains_null: true }
        }
        Kind::Struct => {
            let fields = found.names.iter().enumerate();
            let fields = fields.map(|(index, name)| Ok(StructField::new(name, inner(index)?, true)));
            DataType::Struct(StructType::new(fields.collect::<Result<_>>()?))
        }
        Kind::Union => return Err(Error::unsupported("ORC unions")),
    })
}

/// Appends the types that a Spark type is stored as, itself first.
///
/// # Errors
/// Types that ORC files do not hold.
pub(super) fn push_types(data_type: &DataType, types: &mut Vec<Type>) -> Result<u32> {
    let id = types.len() as u32;
    let kind = match data_type {
        DataType::Boolean => Kind::Boolean,
        DataType::Byte => Kind::Byte,
        DataType::Short => Kind::Short,
        DataType::Integer | DataType::YearMonthInterval { .. } => Kind::Int,
        // A wall clock is a number of microseconds: ORC's own timestamps depend on zones.
        DataType::Long | DataType::DayTimeInterval { .. } | DataType::TimestampNtz => Kind::Long,
        DataType::Float => Kind::Float,
        DataType::Double => Kind::Double,
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => Kind::String,
        DataType::Binary => Kind::Binary,
        DataType::Date => Kind::Date,
        DataType::Timestamp => Kind::Timestamp,
        DataType::Decimal { .. } => Kind::Decimal,
        DataType::Array { .. } => Kind::List,
        DataType::Map { .. } => Kind::Map,
        DataType::Struct(_) => Kind::Struct,
        other => return Err(Error::unsupported(format!("{} in ORC files", other.sql()))),
    };
    let marked = matches!(
        data_type,
        DataType::YearMonthInterval { .. }
            | DataType::DayTimeInterval { .. }
            | DataType::Timestamp
            | DataType::TimestampNtz
    );
    let attribute = || Attribute { key: SPARK_TYPE.to_string(), value: data_type.simple_string() };
    types.push(Type {
        kind: Some(kind.into()),
        attributes: marked.then(attribute).into_iter().collect(),
        ..Type::default()
    });
    let mut subtypes = Vec::new();
    match data_type {
        DataType::Decimal { precision, scale } => {
            let own = &mut types[id as usize];
            (own.precision, own.scale) = (u32::from(*precision), scale.unsigned_abs().into());
        }
        DataType::Array { element, .. } => subtypes.push(push_types(element, types)?),
        DataType::Map { key, value, .. } => {
            subtypes.push(push_types(key, types)?);
            subtypes.push(push_types(value, types)?);
        }
        DataType::Struct(inner) => {
            for field in &inner.fields {
                subtypes.push(push_types(&field.data_type, types)?);
            }
            types[id as usize].names = inner.fields.iter().map(|field| field.name.clone()).collect();
        }
        _ => {}
    }
    types[id as usize].subtypes = subtypes;
    Ok(id)
}

/// What cannot be read as ORC.
pub(super) fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
        .with("path", "")
        .with("reason", format!("malformed ORC file: {what} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_survive() -> Result<()> {
        let fields = lang::parse_schema(
            "a int, b array<struct<c decimal(10,2), d timestamp_ntz>>, m map<string,timestamp>, y interval year to month",
        )?;
        let mut types = Vec::new();
        push_types(&DataType::Struct(fields.clone()), &mut types)?;
        assert_eq!(spark_type(&types, 0, 0)?, DataType::Struct(fields));
        types[0].subtypes[0] = 0;
        assert!(spark_type(&types, 0, 0).is_err());
        Ok(())
    }
}
