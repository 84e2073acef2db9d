//! Checksums and message digests of bytes.

use arrow::datatypes::DataType;
use datafusion::functions::crypto;
use datafusion::logical_expr::{Cast, Expr};
use datafusion_spark::function::hash;
use lang::Result;

use crate::scalar::apply;
use crate::{Call, expect};

pub(super) fn md5(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(to(crypto::md5().call(vec![bytes(call)?]), DataType::Utf8))
}

pub(super) fn sha1(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(hash::sha1().call(vec![bytes(call)?]))
}

/// `sha2(bytes, bits)` with 224, 256 (also 0), 384 or 512 bits; NULL otherwise.
pub(super) fn sha2(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let digest = match expect::constant(call, 1)? {
        Some(_) => match expect::constant_int(call, 1)? {
            Some(224) => crypto::sha224(),
            Some(0 | 256) => crypto::sha256(),
            Some(384) => crypto::sha384(),
            Some(512) => crypto::sha512(),
            _ => return Ok(datafusion::logical_expr::lit(datafusion::common::ScalarValue::Utf8(None))),
        },
        None => return Ok(hash::sha2().call(vec![bytes(call)?, expect::int(call, 1)?])),
    };
    Ok(apply("sha2", DataType::Utf8, vec![digest.call(vec![bytes(call)?])], |input| {
        let digests = input.bytes(0)?;
        input.to_strings(|row, out| {
            for byte in digests.value(row) {
                let _ = std::fmt::Write::write_fmt(out, format_args!("{byte:02x}"));
            }
            Ok(())
        })
    }))
}

pub(super) fn crc32(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(hash::crc32().call(vec![bytes(call)?]))
}

/// The first argument as bytes in the layout it has.
fn bytes(call: &Call<'_>) -> Result<Expr> {
    let expr = expect::binary(call, 0)?;
    Ok(match call.arguments[0].data_type() {
        DataType::Utf8 => to(expr, DataType::Binary),
        DataType::LargeUtf8 => to(expr, DataType::LargeBinary),
        DataType::Utf8View => to(expr, DataType::BinaryView),
        _ => expr,
    })
}

fn to(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast(Cast::new(Box::new(expr), data_type))
}
