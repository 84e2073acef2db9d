//! Data types: [`lang::DataType`] to protobuf.

use lang::{DataType, StructField, StructType};
use spark_connect_proto as proto;
use spark_connect_proto::data_type::{self as kinds, Kind};

/// The message of a schema: a struct type.
pub(crate) fn schema(schema: &StructType) -> proto::DataType {
    message(Kind::Struct(struct_type(schema)))
}

/// The message of a type.
pub(crate) fn data_type(data_type: &DataType) -> proto::DataType {
    message(match data_type {
        DataType::Null => Kind::Null(Default::default()),
        DataType::Boolean => Kind::Boolean(Default::default()),
        DataType::Byte => Kind::Byte(Default::default()),
        DataType::Short => Kind::Short(Default::default()),
        DataType::Integer => Kind::Integer(Default::default()),
        DataType::Long => Kind::Long(Default::default()),
        DataType::Float => Kind::Float(Default::default()),
        DataType::Double => Kind::Double(Default::default()),
        DataType::Binary => Kind::Binary(Default::default()),
        DataType::Date => Kind::Date(Default::default()),
        DataType::Timestamp => Kind::Timestamp(Default::default()),
        DataType::TimestampNtz => Kind::TimestampNtz(Default::default()),
        DataType::CalendarInterval => Kind::CalendarInterval(Default::default()),
        DataType::Variant => Kind::Variant(Default::default()),
        other => parametrized(other),
    })
}

fn parametrized(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Decimal { precision, scale } => Kind::Decimal(kinds::Decimal {
            precision: Some(i32::from(*precision)),
            scale: Some(i32::from(*scale)),
            ..Default::default()
        }),
        DataType::Char(length) => Kind::Char(kinds::Char { length: *length as i32, ..Default::default() }),
        DataType::Varchar(length) => {
            Kind::VarChar(kinds::VarChar { length: *length as i32, ..Default::default() })
        }
        DataType::Time { precision } => {
            Kind::Time(kinds::Time { precision: Some(i32::from(*precision)), ..Default::default() })
        }
        DataType::YearMonthInterval { start, end } => Kind::YearMonthInterval(kinds::YearMonthInterval {
            start_field: Some(*start as i32),
            end_field: Some(*end as i32),
            ..Default::default()
        }),
        DataType::DayTimeInterval { start, end } => Kind::DayTimeInterval(kinds::DayTimeInterval {
            start_field: Some(*start as i32),
            end_field: Some(*end as i32),
            ..Default::default()
        }),
        DataType::Array { element, contains_null } => Kind::Array(Box::new(kinds::Array {
            element_type: boxed(element),
            contains_null: *contains_null,
            ..Default::default()
        })),
        DataType::Map { key, value, value_contains_null } => Kind::Map(Box::new(kinds::Map {
            key_type: boxed(key),
            value_type: boxed(value),
            value_contains_null: *value_contains_null,
            ..Default::default()
        })),
        DataType::Struct(schema) => Kind::Struct(struct_type(schema)),
        DataType::Udt { class, serialized, sql_type } => Kind::Udt(Box::new(kinds::Udt {
            r#type: "udt".to_string(),
            jvm_class: None,
            python_class: Some(class.clone()),
            serialized_python_class: serialized.clone(),
            sql_type: boxed(sql_type),
        })),
        DataType::String { collation } => Kind::String(kinds::String {
            collation: collation.clone().unwrap_or_else(|| "UTF8_BINARY".to_string()),
            ..Default::default()
        }),
        other => Kind::Unparsed(kinds::Unparsed { data_type_string: other.sql() }),
    }
}

fn message(kind: Kind) -> proto::DataType {
    proto::DataType { kind: Some(kind) }
}

fn boxed(element: &DataType) -> Option<Box<proto::DataType>> {
    Some(Box::new(data_type(element)))
}

fn struct_type(schema: &StructType) -> kinds::Struct {
    kinds::Struct { fields: schema.fields.iter().map(field).collect(), ..Default::default() }
}

fn field(field: &StructField) -> kinds::StructField {
    kinds::StructField {
        name: field.name.clone(),
        data_type: Some(data_type(&field.data_type)),
        nullable: field.nullable,
        metadata: (!field.metadata.is_empty()).then(|| field.metadata.clone()),
    }
}

#[cfg(test)]
mod tests {
    use lang::{DayTimeField, YearMonthField};

    use super::*;

    #[test]
    fn every_type_survives_the_wire() {
        let nested = StructType::new(vec![StructField::new(
            "x y",
            DataType::Decimal { precision: 12, scale: 3 },
            false,
        )]);
        let types = vec![
            DataType::Null,
            DataType::Boolean,
            DataType::Byte,
            DataType::Short,
            DataType::Integer,
            DataType::Long,
            DataType::Float,
            DataType::Double,
            DataType::STRING,
            DataType::String { collation: Some("UNICODE_CI".into()) },
            DataType::Char(3),
            DataType::Varchar(7),
            DataType::Binary,
            DataType::Date,
            DataType::Time { precision: 3 },
            DataType::Timestamp,
            DataType::TimestampNtz,
            DataType::YearMonthInterval { start: YearMonthField::Month, end: YearMonthField::Month },
            DataType::DayTimeInterval { start: DayTimeField::Hour, end: DayTimeField::Minute },
            DataType::CalendarInterval,
            DataType::Variant,
            DataType::Map {
                key: Box::new(DataType::STRING),
                value: Box::new(DataType::Struct(nested)),
                value_contains_null: false,
            },
            DataType::Array { element: Box::new(DataType::Long), contains_null: true },
            DataType::Udt { class: "m.C".into(), serialized: None, sql_type: Box::new(DataType::Long) },
        ];
        for expected in types {
            assert_eq!(crate::decode::data_type(&data_type(&expected)).expect("decodes"), expected);
        }
    }
}
