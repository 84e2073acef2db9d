//! `concat`, `concat_ws`, `reverse` and `elt`: strings, binaries and arrays put together.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::functions_nested::concat::array_concat_udf;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use crate::scalar::{Input, Strings, Text, apply, apply_field};
use crate::{Argument, Call, cast, coercion, expect};

/// `concat(…)`: arrays when all are arrays, binary when all are binary, else strings.
pub(super) fn concat(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.is_empty() {
        return Ok(lit(""));
    }
    if call.arguments.iter().any(|a| matches!(a.data_type(), DataType::List(_))) {
        return concat_arrays(call);
    }
    if call.arguments.iter().all(|a| expect::is_binary(a.data_type())) {
        return Ok(apply("concat", DataType::Binary, call.exprs(), concat_binaries));
    }
    let field = Field::new("concat", DataType::Utf8, expect::any_nullable(call));
    Ok(apply_field("concat", field, expect::strings(call)?, concat_strings))
}

fn concat_arrays(call: &Call<'_>) -> Result<Expr> {
    let all_lists = call.arguments.iter().all(|a| matches!(a.data_type(), DataType::List(_)));
    let types: Vec<_> = call.arguments.iter().map(|a| a.data_type().clone()).collect();
    let common = coercion::common_type_of(&types, call.context.ansi).filter(|_| all_lists);
    let Some(common) = common else {
        let types: Vec<_> = call
            .arguments
            .iter()
            .map(|a| format!("\"{}\"", crate::types::from_field(&a.field).sql()))
            .collect();
        return Err(Error::analysis("DATATYPE_MISMATCH.DATA_DIFF_TYPES")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`concat`")
            .with("dataType", format!("({})", types.join(" or "))));
    };
    let lists: Result<Vec<_>> =
        call.arguments.iter().map(|argument| cast::implicit(argument, &common, call.context)).collect();
    let lists = lists?;
    // The kernel skips NULL arrays; Spark's result is NULL then.
    let any_null =
        call.arguments.iter().filter(|a| a.nullable()).map(|a| a.expr.clone().is_null()).reduce(Expr::or);
    let concatenated = array_concat_udf().call(lists);
    let Some(any_null) = any_null else { return Ok(concatenated) };
    datafusion::logical_expr::when(any_null, lit(ScalarValue::Null))
        .otherwise(concatenated)
        .map_err(crate::error::from_datafusion)
}

fn concat_strings(input: &Input) -> Result<ArrayRef> {
    let columns: Vec<_> = (0..input.len()).map(|i| input.strings(i)).collect::<Result<_>>()?;
    input.to_strings(|row, out| {
        columns.iter().for_each(|column| out.push_str(column.value(row)));
        Ok(())
    })
}

fn concat_binaries(input: &Input) -> Result<ArrayRef> {
    let columns: Vec<_> = (0..input.len()).map(|i| input.bytes(i)).collect::<Result<_>>()?;
    input
        .to_binaries(|row| Ok(Some(Cow::Owned(columns.iter().flat_map(|c| c.value(row)).copied().collect()))))
}

/// `concat_ws(separator, …)` joins strings and arrays of strings, NULLs left out.
pub(super) fn concat_ws(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=usize::MAX)?;
    let list = DataType::List(Field::new("element", DataType::Utf8, true).into());
    let mut arguments = vec![expect::string(call, 0)?];
    for (index, argument) in call.arguments.iter().enumerate().skip(1) {
        arguments.push(match argument.data_type() {
            DataType::List(_) => cast::implicit(argument, &list, call.context)?,
            _ => expect::string(call, index)?,
        });
    }
    let field = Field::new("concat_ws", DataType::Utf8, call.arguments[0].nullable());
    Ok(apply_field("concat_ws", field, arguments, run_concat_ws))
}

enum Part<'a> {
    Value(Strings<'a>),
    List(&'a arrow::array::ListArray),
}

fn run_concat_ws(input: &Input) -> Result<ArrayRef> {
    let separators = input.strings(0)?;
    let parts: Result<Vec<_>> = (1..input.len())
        .map(|i| match input.data_type(i) {
            DataType::List(_) => Ok(Part::List(input.raw(i).as_list())),
            _ => Ok(Part::Value(input.strings(i)?)),
        })
        .collect();
    let parts = parts?;
    input.to_strings_with_nulls(|row, out| {
        if input.is_null(0, row) {
            out.null();
            return Ok(());
        }
        let mut joined = Joined { separator: separators.value(row), started: false, out };
        for (index, part) in parts.iter().enumerate() {
            match part {
                _ if input.is_null(index + 1, row) => {}
                Part::Value(strings) => joined.push(strings.value(row)),
                Part::List(lists) => {
                    let list = lists.value(input.position(index + 1, row));
                    let strings = list.as_string::<i32>();
                    strings.iter().flatten().for_each(|text| joined.push(text));
                }
            }
        }
        Ok(())
    })
}

struct Joined<'a> {
    separator: &'a str,
    started: bool,
    out: &'a mut Text,
}

impl Joined<'_> {
    fn push(&mut self, text: &str) {
        if std::mem::replace(&mut self.started, true) {
            self.out.push_str(self.separator);
        }
        self.out.push_str(text);
    }
}

/// `reverse(string | binary | array)`
pub(super) fn reverse(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if matches!(argument.data_type(), DataType::List(_)) {
        let field = argument.field.as_ref().clone().with_name("reverse");
        return Ok(apply_field("reverse", field, call.exprs(), reverse_lists));
    }
    if expect::is_binary(argument.data_type()) {
        return Ok(apply("reverse", DataType::Binary, call.exprs(), |input| {
            let bytes = input.bytes(0)?;
            input.to_binaries(|row| {
                Ok(Some(bytes.value(row).iter().rev().copied().collect::<Vec<_>>().into()))
            })
        }));
    }
    Ok(apply("reverse", DataType::Utf8, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_strings(|row, out| {
            strings.value(row).chars().rev().for_each(|c| out.push(c));
            Ok(())
        })
    }))
}

fn reverse_lists(input: &Input) -> Result<ArrayRef> {
    let column = input.column(0)?;
    let lists = column.as_list::<i32>();
    let offsets = lists.offsets();
    let indices: UInt32Array = offsets
        .windows(2)
        .flat_map(|w| (w[0]..w[1]).rev())
        .map(|index| index as u32)
        .collect::<Vec<_>>()
        .into();
    let values =
        arrow::compute::take(lists.values(), &indices, None).map_err(|e| crate::error::from_arrow(&e))?;
    let offsets = OffsetBuffer::from_lengths(offsets.windows(2).map(|w| (w[1] - w[0]) as usize));
    let DataType::List(element) = column.data_type() else {
        return Err(Error::internal("reverse needs a list"));
    };
    let reversed = arrow::array::ListArray::try_new(element.clone(), offsets, values, lists.nulls().cloned());
    Ok(std::sync::Arc::new(reversed.map_err(|e| crate::error::from_arrow(&e))?))
}

/// `elt(n, …)`: the n-th of the other arguments.
pub(super) fn elt(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    let choices: Vec<&Argument> = call.arguments.iter().skip(1).collect();
    let all_binary = choices.iter().all(|a| expect::is_binary(a.data_type()));
    let mut arguments = vec![expect::int(call, 0)?];
    for index in 1..call.arguments.len() {
        arguments.push(if all_binary {
            call.arguments[index].expr.clone()
        } else {
            expect::string(call, index)?
        });
    }
    let returns = if all_binary { DataType::Binary } else { DataType::Utf8 };
    Ok(apply("elt", returns, arguments, run_elt))
}

fn run_elt(input: &Input) -> Result<ArrayRef> {
    let numbers = input.numbers::<Int32Type>(0)?;
    let columns: Vec<_> = (1..input.len()).map(|i| input.column(i)).collect::<Result<_>>()?;
    let arrays: Vec<&dyn Array> = columns.iter().map(|c| c.as_ref()).collect();
    let nothing = arrow::array::new_null_array(input.returns.data_type(), 1);
    let mut sources: Vec<&dyn Array> = vec![nothing.as_ref()];
    let same: Vec<ArrayRef> = arrays
        .iter()
        .map(|a| {
            arrow::compute::cast(*a, input.returns.data_type()).map_err(|e| crate::error::from_arrow(&e))
        })
        .collect::<Result<_>>()?;
    sources.extend(same.iter().map(|a| a.as_ref()));
    let mut picks = Vec::with_capacity(input.rows);
    for row in 0..input.rows {
        if input.is_null(0, row) {
            picks.push((0, 0));
            continue;
        }
        let number = numbers.value(row);
        if number >= 1 && (number as usize) < input.len() {
            picks.push((number as usize, row));
        } else if input.ansi() {
            return Err(Error::runtime(RuntimeClass::ArrayIndexOutOfBounds, "INVALID_ARRAY_INDEX")
                .with("indexValue", number.to_string())
                .with("arraySize", (input.len() - 1).to_string())
                .with("ansiConfig", "\"spark.sql.ansi.enabled\""));
        } else {
            picks.push((0, 0));
        }
    }
    arrow::compute::interleave(&sources, &picks).map_err(|e| crate::error::from_arrow(&e))
}
