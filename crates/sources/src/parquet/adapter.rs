//! Fits one Parquet file's columns to the table's: names by case, types where Spark widens.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, IntervalUnit, Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapter, PhysicalExprAdapter, PhysicalExprAdapterFactory,
    replace_columns_with_literals,
};
use functions::types::from_field;
use lang::{Error, ErrorKind};

use crate::error::external;
use crate::scan::Defaults;

/// Makes an [`Adapter`] for every file.
#[derive(Debug)]
pub(super) struct AdapterFactory {
    pub(super) defaults: Defaults,
}

impl PhysicalExprAdapterFactory for AdapterFactory {
    fn create(&self, table: SchemaRef, file: SchemaRef) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let renamed = Arc::new(rename(&table, &file)?);
        let inner = DefaultPhysicalExprAdapter::new(Arc::clone(&table), Arc::clone(&renamed));
        let is_missing = |name: &String| renamed.field_with_name(name).is_err();
        let missing = self.defaults.iter().filter(|(name, _)| is_missing(name));
        let missing = missing.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Arc::new(Adapter { table, renamed, file, missing, inner }))
    }
}

/// Rewrites expressions on the table's columns to expressions on one file's columns.
#[derive(Debug)]
struct Adapter {
    table: SchemaRef,
    /// The file's schema under the table's spelling of names.
    renamed: SchemaRef,
    file: SchemaRef,
    /// What stands for columns that the file has not.
    missing: HashMap<String, ScalarValue>,
    inner: DefaultPhysicalExprAdapter,
}

impl PhysicalExprAdapter for Adapter {
    fn rewrite(&self, expression: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        expression.apply(|node| {
            if let Some(column) = node.downcast_ref::<Column>() {
                self.expect_readable(column.name())?;
            }
            Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
        })?;
        let expression = match self.missing.is_empty() {
            true => expression,
            false => replace_columns_with_literals(expression, &self.missing)?,
        };
        let rewritten = self.inner.rewrite(expression)?;
        rewritten.transform(|node| Ok(self.restore_name(node))).data()
    }
}

impl Adapter {
    fn expect_readable(&self, name: &str) -> Result<()> {
        let (Ok(wanted), Ok(found)) = (self.table.field_with_name(name), self.renamed.field_with_name(name))
        else {
            return Ok(());
        };
        if is_readable(found.data_type(), wanted.data_type()) {
            return Ok(());
        }
        Err(external(
            Error::new(ErrorKind::Data, "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH")
                .with("column", name)
                .with("expectedType", from_field(wanted).simple_string())
                .with("actualType", from_field(found).simple_string()),
        ))
    }

    /// Gives a column of the file its name there back; what comes after looks it up by that.
    fn restore_name(&self, node: Arc<dyn PhysicalExpr>) -> Transformed<Arc<dyn PhysicalExpr>> {
        let Some(column) = node.downcast_ref::<Column>() else { return Transformed::no(node) };
        match self.file.fields().get(column.index()) {
            Some(field) if field.name() != column.name() => {
                Transformed::yes(Arc::new(Column::new(field.name(), column.index())))
            }
            _ => Transformed::no(node),
        }
    }
}

/// The file's schema under the table's names: exact ones first, then case aside.
fn rename(table: &Schema, file: &Schema) -> Result<Schema> {
    let mut fields: Vec<Field> = file.fields().iter().map(|field| field.as_ref().clone()).collect();
    for wanted in table.fields() {
        let matching: Vec<usize> = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.name().eq_ignore_ascii_case(wanted.name()))
            .map(|(index, _)| index)
            .collect();
        match matching.as_slice() {
            [] => {}
            [index] => fields[*index].set_name(wanted.name().clone()),
            several if several.iter().any(|index| fields[*index].name() == wanted.name()) => {}
            _ => {
                return Err(external(
                    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", "").with(
                        "reason",
                        format!("several Parquet columns are called {} but for case", wanted.name()),
                    ),
                ));
            }
        }
    }
    Ok(Schema::new(fields))
}

/// Whether Spark reads a column of one type as another.
fn is_readable(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Date32, Decimal128, Float32, Float64, Int8, Int16, Int32, Int64, List, Map, Null, Struct, Timestamp,
        UInt8, UInt16, UInt32, UInt64,
    };
    match (from, to) {
        (a, b) if a == b => true,
        (Null, _) => true,
        (DataType::Dictionary(_, value), to) => is_readable(value, to),
        (Int8 | Int16 | Int32 | UInt8 | UInt16, Int8 | Int16 | Int32 | Int64 | Float64) => true,
        (Int8 | Int16 | Int32, Date32) => false,
        (UInt32, Int64) | (UInt64, Decimal128(..)) | (Float32, Float64) => true,
        (Int8 | Int16 | Int32, Decimal128(p, s)) => i16::from(*p) - i16::from(*s) >= 10,
        (Int64, Decimal128(p, s)) => i16::from(*p) - i16::from(*s) >= 20,
        (Decimal128(p, s) | DataType::Decimal32(p, s) | DataType::Decimal64(p, s), Decimal128(q, t)) => {
            t >= s && i16::from(*q) - i16::from(*t) >= i16::from(*p) - i16::from(*s)
        }
        (DataType::Decimal256(..), Decimal128(..)) => true,
        // How Spark stores intervals.
        (Int64, DataType::Duration(_)) | (Int32, DataType::Interval(IntervalUnit::YearMonth)) => true,
        (Timestamp(..), Timestamp(..)) | (Date32, Timestamp(_, None)) | (DataType::Date64, Date32) => true,
        (DataType::Time32(_) | DataType::Time64(_), DataType::Time64(_)) => true,
        (a, b) if is_bytes(a) && is_bytes(b) => true,
        (List(a) | DataType::LargeList(a) | DataType::FixedSizeList(a, _), List(b)) => {
            is_readable(a.data_type(), b.data_type())
        }
        (Map(a, _), Map(b, _)) => match (a.data_type(), b.data_type()) {
            (Struct(a), Struct(b)) if a.len() == 2 && b.len() == 2 => {
                (0..2).all(|i| is_readable(a[i].data_type(), b[i].data_type()))
            }
            _ => false,
        },
        (Struct(a), Struct(b)) => b.iter().all(|wanted| {
            a.iter()
                .find(|found| found.name() == wanted.name())
                .is_none_or(|found| is_readable(found.data_type(), wanted.data_type()))
        }),
        _ => false,
    }
}

fn is_bytes(data_type: &DataType) -> bool {
    functions::types::is_string(data_type)
        || matches!(
            data_type,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_widens() {
        for (from, to, expected) in [
            (DataType::Int32, DataType::Int64, true),
            (DataType::Int64, DataType::Int32, false),
            (DataType::Utf8, DataType::Int32, false),
            (DataType::Utf8View, DataType::Utf8, true),
            (DataType::Decimal128(5, 2), DataType::Decimal128(10, 2), true),
            (DataType::Decimal128(5, 2), DataType::Decimal128(5, 1), false),
            (DataType::Float32, DataType::Float64, true),
            (DataType::Float64, DataType::Float32, false),
        ] {
            assert_eq!(is_readable(&from, &to), expected, "{from} as {to}");
        }
    }

    #[test]
    fn names_match_case_aside() {
        let table = Schema::new(vec![Field::new("Id", DataType::Int32, true)]);
        let file = Schema::new(vec![
            Field::new("x", DataType::Int32, true),
            Field::new("ID", DataType::Int32, true),
        ]);
        let names: Vec<String> = rename(&table, &file)
            .map(|s| s.fields().iter().map(|f| f.name().clone()).collect())
            .unwrap_or_default();
        assert_eq!(names, ["x", "Id"]);
        let twice = Schema::new(vec![
            Field::new("ID", DataType::Int32, true),
            Field::new("iD", DataType::Int32, true),
        ]);
        assert!(rename(&table, &twice).is_err());
    }
}
