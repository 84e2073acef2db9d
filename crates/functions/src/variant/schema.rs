//! `schema_of_variant` and `schema_of_variant_agg`: the type that holds a variant, or all variants of a group.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::DataType as Arrow;
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result, StructField, StructType};

use super::binary::{MAX_DEPTH, Variant, View, malformed};
use super::column::{Variants, expect_variant};
use super::json::stripped;
use crate::coercion::tightest_common_type;
use crate::scalar::{Input, apply};
use crate::{Argument, Call, Kind};

/// `schema_of_variant(v)`: `OBJECT<a: BIGINT>`.
pub(super) fn schema_of_variant(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let variant = expect_variant(call, 0)?;
    Ok(apply("schema_of_variant", Arrow::Utf8, vec![variant], |input| schemas(input, shown)))
}

/// `schema_of_variant_agg(v)`: the merged schema of all variants of a group.
pub(super) fn schema_of_variant_agg(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    // Groups hold few different schemas: those are collected as SQL text and merged at the end.
    let each = apply("variant_schema", Arrow::Utf8, vec![expect_variant(call, 0)?], |input| {
        schemas(input, Spark::sql)
    });
    let field = arrow::datatypes::Field::new("variant_schema", Arrow::Utf8, true);
    let argument = Argument { expr: each, field: Arc::new(field), keyword: None };
    let Some(Kind::Aggregate(collect)) = crate::registry::find("collect_set").map(|found| found.kind) else {
        return Err(Error::internal("collect_set is an aggregate"));
    };
    let inner = Call {
        name: "collect_set",
        arguments: vec![argument],
        distinct: false,
        filter: call.filter.clone(),
        order_by: Vec::new(),
        ignore_nulls: None,
        context: call.context,
    };
    Ok(apply("schema_of_variant_agg", Arrow::Utf8, vec![collect(&inner)?], merged))
}

fn merged(input: &Input) -> Result<ArrayRef> {
    let column = input.column(0)?;
    let lists = column.as_list::<i32>();
    let texts = (0..lists.len()).map(|row| {
        let schemas = lists.value(row);
        let mut common = Spark::Null;
        for text in schemas.as_string::<i32>().iter().flatten() {
            common = merge(common, lang::parse_data_type(text)?);
        }
        Ok(Some(shown(&common)))
    });
    Ok(Arc::new(texts.collect::<Result<StringArray>>()?))
}

fn schemas(input: &Input, text: fn(&Spark) -> String) -> Result<ArrayRef> {
    let variants = Variants::of(&input.column(0)?)?;
    let texts = (0..variants.len()).map(|row| match variants.get(row) {
        None => Ok(None),
        Some(variant) => Ok(Some(text(&schema(&variant, 0)?))),
    });
    Ok(Arc::new(texts.collect::<Result<StringArray>>()?))
}

fn schema(variant: &Variant<'_>, depth: usize) -> Result<Spark> {
    if depth > MAX_DEPTH {
        return Err(malformed());
    }
    Ok(match variant.view()? {
        View::Null => Spark::Null,
        View::Boolean(_) => Spark::Boolean,
        View::Long(_) => Spark::Long,
        View::Float(_) => Spark::Float,
        View::Double(_) => Spark::Double,
        View::Decimal(value, scale) => {
            let (value, scale) = stripped(value, scale);
            let digits = value.unsigned_abs().to_string().len() as u8;
            Spark::Decimal { precision: digits.max(scale), scale: scale as i8 }
        }
        View::Date(_) => Spark::Date,
        View::Timestamp(_) => Spark::Timestamp,
        View::TimestampNtz(_) => Spark::TimestampNtz,
        View::Text(_) => Spark::STRING,
        View::Binary(_) => Spark::Binary,
        View::Array(elements) => {
            let mut element = Spark::Null;
            for index in 0..elements.len() {
                element = merge(element, schema(&elements.get(index)?, depth + 1)?);
            }
            Spark::Array { element: Box::new(element), contains_null: true }
        }
        View::Object(fields) => {
            let columns = (0..fields.len()).map(|index| {
                let (name, value) = fields.get(index)?;
                Ok(StructField::new(name, schema(&value, depth + 1)?, true))
            });
            Spark::Struct(StructType::new(columns.collect::<Result<_>>()?))
        }
    })
}

/// The type that both fit, VARIANT when there is none.
fn merge(left: Spark, right: Spark) -> Spark {
    if let Some(common) = tightest_common_type(&left, &right, false) {
        return common;
    }
    match (left, right) {
        (Spark::Array { element: a, .. }, Spark::Array { element: b, .. }) => {
            Spark::Array { element: Box::new(merge(*a, *b)), contains_null: true }
        }
        (Spark::Struct(a), Spark::Struct(b)) => {
            let mut fields = a.fields;
            for field in b.fields {
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => {
                        let before = std::mem::replace(&mut known.data_type, Spark::Null);
                        known.data_type = merge(before, field.data_type);
                    }
                    None => fields.push(field),
                }
            }
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            Spark::Struct(StructType::new(fields))
        }
        (Spark::Decimal { .. }, Spark::Double) | (Spark::Double, Spark::Decimal { .. }) => Spark::Double,
        (Spark::Long, Spark::Decimal { precision, scale })
        | (Spark::Decimal { precision, scale }, Spark::Long) => decimal((20, 0), (precision, scale)),
        (Spark::Decimal { precision: p1, scale: s1 }, Spark::Decimal { precision: p2, scale: s2 }) => {
            decimal((p1, s1), (p2, s2))
        }
        _ => Spark::Variant,
    }
}

fn decimal((p1, s1): (u8, i8), (p2, s2): (u8, i8)) -> Spark {
    let scale = s1.max(s2);
    let integral = (p1 as i8 - s1).max(p2 as i8 - s2);
    match u8::try_from(integral + scale) {
        Ok(precision @ 1..=38) => Spark::Decimal { precision, scale },
        _ => Spark::Double,
    }
}

/// The type with objects in the place of structs.
fn shown(data_type: &Spark) -> String {
    match data_type {
        Spark::Array { element, .. } => format!("ARRAY<{}>", shown(element)),
        Spark::Struct(schema) => {
            let field = |field: &StructField| {
                // A struct of one field quotes the name as SQL does.
                let one = StructType::new(vec![StructField::new(field.name.clone(), Spark::Null, true)]);
                let quoted = Spark::Struct(one).sql();
                let name = quoted.strip_prefix("STRUCT<").and_then(|text| text.strip_suffix(": VOID>"));
                format!("{}: {}", name.unwrap_or(&field.name), shown(&field.data_type))
            };
            format!("OBJECT<{}>", schema.fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.sql(),
    }
}
