//! Arrow columns of variants: a struct of two binaries.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, NullBufferBuilder, StructArray};
use arrow::datatypes::{DataType, Field};
use lang::{DataType as Spark, Error, Result};

use super::binary::Variant;
use super::value::{Encoder, Value};
use crate::{Call, error, types};

/// A column of variants to read.
pub(crate) struct Variants {
    array: ArrayRef,
    values: BinaryArray,
    metadata: BinaryArray,
}

impl Variants {
    /// # Errors
    /// An internal error when the column is no column of variants.
    pub(crate) fn of(array: &ArrayRef) -> Result<Self> {
        let structs = array.as_struct_opt().ok_or_else(|| Error::internal("variants are structs"))?;
        let part = |name: &str| {
            let part = structs.column_by_name(name).ok_or_else(|| Error::internal("a part of a variant"))?;
            let part = arrow::compute::cast(part, &DataType::Binary).map_err(|e| error::from_arrow(&e))?;
            Ok(part.as_binary::<i32>().clone())
        };
        Ok(Variants { array: Arc::clone(array), values: part("value")?, metadata: part("metadata")? })
    }

    pub(crate) fn len(&self) -> usize {
        self.array.len()
    }

    /// The variant of a row; `None` for SQL's NULL.
    pub(crate) fn get(&self, row: usize) -> Option<Variant<'_>> {
        let is_null = self.array.is_null(row);
        (!is_null).then(|| Variant::new(self.metadata.value(row), self.values.value(row)))
    }
}

/// A column of variants being written.
#[derive(Default)]
pub(crate) struct VariantBuilder {
    encoder: Encoder,
    values: BinaryBuilder,
    metadata: BinaryBuilder,

    valid: Vec<bool>,
}

impl VariantBuilder {
    /// Adds a value; `function` is named when it is too large.
    pub(crate) fn append(&mut self, value: &Value<'_>, function: &str) -> Result<()> {
        self.encoder.encode(value, function)?;
        self.values.append_value(&self.encoder.value);
        self.metadata.append_value(&self.encoder.metadata);
        self.valid.push(true);
        Ok(())
    }

    /// Adds the value at a place as it is, with all keys.
    pub(crate) fn append_encoded(&mut self, variant: &Variant<'_>) -> Result<()> {
        self.values.append_value(&variant.value[..variant.size()?]);
        self.metadata.append_value(variant.metadata);
        self.valid.push(true);
        Ok(())
    }

    pub(crate) fn append_null(&mut self) {
        self.values.append_value([]);
        self.metadata.append_value([]);
        self.valid.push(false);
    }

    pub(crate) fn finish(mut self) -> Result<ArrayRef> {
        let mut nulls = NullBufferBuilder::new(self.valid.len());
        self.valid.iter().for_each(|valid| nulls.append(*valid));
        let DataType::Struct(fields) = types::to_arrow(&Spark::Variant) else {
            return Err(Error::internal("variants are structs"));
        };
        let columns: Vec<ArrayRef> = vec![Arc::new(self.values.finish()), Arc::new(self.metadata.finish())];
        let array = StructArray::try_new(fields, columns, nulls.finish());
        Ok(Arc::new(array.map_err(|e| error::from_arrow(&e))?))
    }
}

/// A result field of type VARIANT.
pub(crate) fn variant_field(name: &str) -> Field {
    types::to_field(name, &Spark::Variant, true)
}

/// The argument at `index`, which has to be a variant or NULL.
pub(super) fn expect_variant(call: &Call<'_>, index: usize) -> Result<datafusion::logical_expr::Expr> {
    let argument = &call.arguments[index];
    match types::from_field(&argument.field) {
        Spark::Variant => Ok(argument.expr.clone()),
        Spark::Null => crate::cast::implicit_to(argument, &variant_field(argument.name()), call.context),
        _ => Err(call.unexpected_type(index, "\"VARIANT\"")),
    }
}
