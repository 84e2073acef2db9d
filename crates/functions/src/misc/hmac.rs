//! `hmac(key, message[, algorithm])`: keyed digests.

use std::borrow::Cow;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, lit};
use hmac::{Hmac, KeyInit, Mac};
use lang::{Error, Result, RuntimeClass};

use crate::scalar::apply_field;
use crate::{Call, expect};

/// Raw bytes; NULL when an argument is.
pub(super) fn hmac(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let algorithm = match call.arguments.len() {
        3 => expect::string(call, 2)?,
        _ => lit("SHA-256"),
    };
    let arguments = vec![expect::binary(call, 0)?, expect::binary(call, 1)?, algorithm];
    Ok(apply_field("hmac", Field::new("hmac", DataType::Binary, true), arguments, |input| {
        let (keys, messages, names) = (input.bytes(0)?, input.bytes(1)?, input.strings(2)?);
        input.to_binaries(|row| {
            digest(keys.value(row), messages.value(row), names.value(row)).map(|mac| Some(Cow::Owned(mac)))
        })
    }))
}

fn digest(key: &[u8], message: &[u8], algorithm: &str) -> Result<Vec<u8>> {
    macro_rules! mac {
        ($digest:ty) => {{
            let mut mac = Hmac::<$digest>::new_from_slice(key).map_err(|_| refused("Empty key"))?;
            mac.update(message);
            Ok(mac.finalize().into_bytes().to_vec())
        }};
    }
    let name = algorithm.to_ascii_uppercase().replace('-', "");
    let known = matches!(name.as_str(), "SHA224" | "SHA256" | "SHA384" | "SHA512" | "SHA1" | "MD5");
    if !known {
        return Err(Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM")
            .with("parameter", "`algorithm`")
            .with("functionName", "`hmac`")
            .with("algorithm", format!("'{algorithm}'")));
    }
    if key.is_empty() {
        return Err(refused("Empty key"));
    }
    match name.as_str() {
        "SHA224" => mac!(sha2::Sha224),
        "SHA256" => mac!(sha2::Sha256),
        "SHA384" => mac!(sha2::Sha384),
        "SHA512" => mac!(sha2::Sha512),
        "SHA1" => mac!(sha1::Sha1),
        _ => mac!(md5::Md5),
    }
}

fn refused(message: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR")
        .with("parameter", "`key`")
        .with("functionName", "`hmac`")
        .with("detailMessage", message)
}
