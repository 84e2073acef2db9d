//! Values of several types.

use std::sync::Arc;

use arrow::array::types::{Float64Type, Int64Type};
use arrow::array::{ArrayRef, NullBufferBuilder, PrimitiveBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use lang::Result;

use super::{Values, absent, made, mismatch, values};
use crate::format::avro::input::Input;
use crate::format::avro::schema::Schema;
use crate::format::avro::types::widened;

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

pub(super) fn union(branches: &[Schema], field: &Field) -> Result<Box<dyn Values>> {
    let present: Vec<&Schema> = branches.iter().filter(|branch| **branch != Schema::Null).collect();
    let mut next = 0..;
    let plain = branches.iter().map(|branch| match branch {
        Schema::Null => Branch::Null,
        _ => Branch::Value(next.next().unwrap_or_default()),
    });
    let widened = widened(&present).is_some();
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
