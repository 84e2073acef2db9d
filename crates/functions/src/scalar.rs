//! A scalar function as a name, a result field and one vectorised body.
//!
//! ```text
//! Call ──(arguments cast here)──► scalar::apply(name, result, args, body) ──► Expr::ScalarFunction
//!                                              body(&Input) -> ArrayRef, once a batch
//! ```
//!
//! [`Input`] reads argument columns without caring whether a value is constant or which of Arrow's string layouts
//! carries it; its `to_…` methods build the result and make rows with a NULL argument NULL.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryBuilder, BooleanArray, ListBuilder,
    NullBufferBuilder, PrimitiveArray, StringBuilder,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use lang::{Error, Result};

use crate::place::Origin;

mod columns;

pub(crate) use columns::{Bytes, Numbers, Strings, Text, check_filled};
use columns::{BytesLayout, StringLayout};

/// Computes a whole batch.
pub(crate) type Body = fn(&Input) -> Result<ArrayRef>;

/// `name(args…)` of type `returns`, nullable.
pub(crate) fn apply(name: &'static str, returns: DataType, args: Vec<Expr>, body: Body) -> Expr {
    apply_field(name, Field::new(name, returns, true), args, body)
}

/// `name(args…)` whose result field is spelled out.
pub(crate) fn apply_field(name: &'static str, returns: Field, args: Vec<Expr>, body: Body) -> Expr {
    ScalarUDF::new_from_impl(Scalar::new(name, returns, Volatility::Immutable, body)).call(args)
}

/// Like [`apply_field`], evaluated anew for every row even when all arguments are constant.
pub(crate) fn apply_volatile(name: &'static str, returns: Field, args: Vec<Expr>, body: Body) -> Expr {
    ScalarUDF::new_from_impl(Scalar::new(name, returns, Volatility::Volatile, body)).call(args)
}

struct Scalar {
    name: &'static str,
    returns: FieldRef,
    signature: Signature,
    body: Body,
    origin: Origin,
}

impl Scalar {
    fn new(name: &'static str, returns: Field, volatility: Volatility, body: Body) -> Self {
        let signature = Signature::user_defined(volatility);
        Scalar { name, returns: Arc::new(returns), signature, body, origin: Origin::here() }
    }

    fn is_volatile(&self) -> bool {
        self.signature.volatility == Volatility::Volatile
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scalar({})", self.name)
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.returns == other.returns
            && std::ptr::fn_addr_eq(self.body, other.body)
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.returns.hash(state);
    }
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> datafusion::common::Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::common::Result<DataType> {
        Ok(self.returns.data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> datafusion::common::Result<FieldRef> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::common::Result<ColumnarValue> {
        let all_constant =
            !self.is_volatile() && args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let input = Input::new(args, all_constant)?;
        let array = (self.body)(&input).map_err(|e| self.origin.locate(crate::error::external(e)))?;
        if all_constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// The arguments of one batch.
pub(crate) struct Input {
    columns: Vec<ArrayRef>,
    constant: Vec<bool>,
    pub(crate) fields: Vec<FieldRef>,
    pub(crate) rows: usize,
    pub(crate) returns: FieldRef,
    pub(crate) config: Arc<ConfigOptions>,
}

impl Input {
    pub(crate) fn new(args: ScalarFunctionArgs, all_constant: bool) -> datafusion::common::Result<Self> {
        let mut columns = Vec::with_capacity(args.args.len());
        let mut constant = Vec::with_capacity(args.args.len());
        for value in &args.args {
            constant.push(matches!(value, ColumnarValue::Scalar(_)));
            columns.push(match value {
                ColumnarValue::Array(array) => array.clone(),
                ColumnarValue::Scalar(scalar) => scalar.to_array_of_size(1)?,
            });
        }
        Ok(Input {
            columns,
            constant,
            fields: args.arg_fields,
            rows: if all_constant { 1 } else { args.number_rows },
            returns: args.return_field,
            config: args.config_options,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn ansi(&self) -> bool {
        self.config.execution.enable_ansi_mode
    }

    pub(crate) fn time_zone(&self) -> &str {
        self.config.execution.time_zone.as_deref().unwrap_or("UTC")
    }

    pub(crate) fn data_type(&self, index: usize) -> &DataType {
        self.columns[index].data_type()
    }

    /// The argument as an array of [`Input::rows`] values.
    pub(crate) fn column(&self, index: usize) -> Result<ArrayRef> {
        if !self.constant[index] || self.rows == 1 {
            return Ok(self.columns[index].clone());
        }
        ScalarValue::try_from_array(&self.columns[index], 0)
            .and_then(|value| value.to_array_of_size(self.rows))
            .map_err(|e| Error::internal(e.to_string()))
    }

    /// The argument's own array: one value when it is constant.
    pub(crate) fn raw(&self, index: usize) -> &ArrayRef {
        &self.columns[index]
    }

    /// Where the value of `row` stands in [`Input::raw`].
    pub(crate) fn position(&self, index: usize, row: usize) -> usize {
        if self.constant[index] { 0 } else { row }
    }

    pub(crate) fn is_null(&self, index: usize, row: usize) -> bool {
        let column = &self.columns[index];
        *column.data_type() == DataType::Null || column.is_null(self.position(index, row))
    }

    pub(crate) fn strings(&self, index: usize) -> Result<Strings<'_>> {
        let column = &self.columns[index];
        let layout = match column.data_type() {
            DataType::Utf8 => StringLayout::Utf8(column.as_string()),
            DataType::LargeUtf8 => StringLayout::Large(column.as_string()),
            DataType::Utf8View => StringLayout::View(column.as_string_view()),
            other => return Err(Error::internal(format!("argument {index} is {other}, not a string"))),
        };
        Ok(Strings { layout, constant: self.constant[index] })
    }

    /// Binary values, or the bytes of strings.
    pub(crate) fn bytes(&self, index: usize) -> Result<Bytes<'_>> {
        let column = &self.columns[index];
        let layout = match column.data_type() {
            DataType::Binary => BytesLayout::Binary(column.as_binary()),
            DataType::LargeBinary => BytesLayout::Large(column.as_binary()),
            DataType::BinaryView => BytesLayout::View(column.as_binary_view()),
            _ => {
                return Ok(Bytes {
                    layout: BytesLayout::Text(self.strings(index)?.layout),
                    constant: self.constant[index],
                });
            }
        };
        Ok(Bytes { layout, constant: self.constant[index] })
    }

    pub(crate) fn numbers<T: ArrowPrimitiveType>(&self, index: usize) -> Result<Numbers<'_, T>> {
        let column = &self.columns[index];
        let array = column.as_primitive_opt::<T>().ok_or_else(|| {
            Error::internal(format!("argument {index} is {}, not {}", column.data_type(), T::DATA_TYPE))
        })?;
        Ok(Numbers { array, constant: self.constant[index] })
    }

    /// The constant text of an argument, if it is a constant and not NULL.
    pub(crate) fn constant_string(&self, index: usize) -> Option<&str> {
        (index < self.len() && self.constant[index] && !self.is_null(index, 0))
            .then(|| self.strings(index).ok().map(|s| s.value(0)))
            .flatten()
    }

    /// Rows where no argument is NULL.
    fn valid(&self) -> Option<NullBuffer> {
        let mut nulls: Option<NullBuffer> = None;
        for (index, column) in self.columns.iter().enumerate() {
            if self.constant[index] && self.rows != 1 {
                if self.is_null(index, 0) {
                    return Some(NullBuffer::new_null(self.rows));
                }
            } else {
                nulls = NullBuffer::union(nulls.as_ref(), column.logical_nulls().as_ref());
            }
        }
        nulls
    }

    /// Strings, one `f` a row without NULL arguments.
    pub(crate) fn to_strings(&self, f: impl FnMut(usize, &mut Text) -> Result<()>) -> Result<ArrayRef> {
        self.build_strings(self.valid(), f)
    }

    /// Strings, one `f` a row, NULL arguments or not.
    pub(crate) fn to_strings_with_nulls(
        &self,
        f: impl FnMut(usize, &mut Text) -> Result<()>,
    ) -> Result<ArrayRef> {
        self.build_strings(None, f)
    }

    fn build_strings(
        &self,
        valid: Option<NullBuffer>,
        mut f: impl FnMut(usize, &mut Text) -> Result<()>,
    ) -> Result<ArrayRef> {
        let mut text = Text::with_capacity(self.rows);
        for row in 0..self.rows {
            if valid.as_ref().is_some_and(|v| v.is_null(row)) {
                text.null();
            } else {
                f(row, &mut text)?;
            }
            text.end_row()?;
        }
        Ok(Arc::new(text.builder.finish()))
    }

    /// Numbers, one `f` a row without NULL arguments.
    pub(crate) fn to_numbers<T: ArrowPrimitiveType>(
        &self,
        mut f: impl FnMut(usize) -> Result<Option<T::Native>>,
    ) -> Result<ArrayRef> {
        let valid = self.valid();
        let mut values = Vec::with_capacity(self.rows);
        let mut nulls = NullBufferBuilder::new(self.rows);
        for row in 0..self.rows {
            let value = if valid.as_ref().is_some_and(|v| v.is_null(row)) { None } else { f(row)? };
            nulls.append(value.is_some());
            values.push(value.unwrap_or_default());
        }
        Ok(Arc::new(PrimitiveArray::<T>::new(values.into(), nulls.finish())))
    }

    /// Booleans, one `f` a row without NULL arguments.
    pub(crate) fn to_booleans(&self, mut f: impl FnMut(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
        let valid = self.valid();
        let values: Result<BooleanArray> = (0..self.rows)
            .map(|row| if valid.as_ref().is_some_and(|v| v.is_null(row)) { Ok(None) } else { f(row) })
            .collect();
        Ok(Arc::new(values?))
    }

    /// Binaries, one `f` a row without NULL arguments.
    pub(crate) fn to_binaries<'a>(
        &'a self,
        mut f: impl FnMut(usize) -> Result<Option<Cow<'a, [u8]>>>,
    ) -> Result<ArrayRef> {
        let valid = self.valid();
        let mut builder = BinaryBuilder::with_capacity(self.rows, 0);
        for row in 0..self.rows {
            let value = if valid.as_ref().is_some_and(|v| v.is_null(row)) { None } else { f(row)? };
            builder.append_option(value);
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Lists of strings, one `f` a row without NULL arguments; `f` answers whether the row has a value.
    pub(crate) fn to_string_lists(
        &self,
        mut f: impl FnMut(usize, &mut StringBuilder) -> Result<bool>,
    ) -> Result<ArrayRef> {
        let valid = self.valid();
        let element = match self.returns.data_type() {
            DataType::List(element) => element.clone(),
            other => return Err(Error::internal(format!("{other} is not a list"))),
        };
        let mut builder = ListBuilder::new(StringBuilder::new()).with_field(element);
        for row in 0..self.rows {
            let is_valid = match valid.as_ref().is_some_and(|v| v.is_null(row)) {
                true => false,
                false => f(row, builder.values())?,
            };
            builder.append(is_valid);
        }
        Ok(Arc::new(builder.finish()))
    }
}
