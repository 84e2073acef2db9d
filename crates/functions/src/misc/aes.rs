//! `aes_encrypt`, `aes_decrypt`, `try_aes_decrypt`: AES in the modes GCM, CBC and ECB.
//!
//! What is encrypted begins with the initialization vector, where the mode has one.

use std::borrow::Cow;

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::cipher::{Failure, Mode, decrypt, encrypt};
use crate::scalar::{Bytes, Input, apply_field, apply_volatile};
use crate::{Call, expect};

const FUNCTIONS: &str = "`aes_encrypt`/`aes_decrypt`";

/// `aes_encrypt(bytes, key[, mode[, padding[, iv[, aad]]]])`; without a vector a random one is taken.
pub(super) fn aes_encrypt(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=6)?;
    let mut arguments = common(call)?;
    for index in [4, 5] {
        arguments.push(if index < call.arguments.len() { expect::binary(call, index)? } else { lit("") });
    }
    let field = Field::new("aes_encrypt", DataType::Binary, true);
    let is_random = call.arguments.len() < 5;
    Ok(if is_random {
        apply_volatile("aes_encrypt", field, arguments, encrypt_all)
    } else {
        apply_field("aes_encrypt", field, arguments, encrypt_all)
    })
}

/// `aes_decrypt(bytes, key[, mode[, padding[, aad]]])`
pub(super) fn aes_decrypt(call: &Call<'_>) -> Result<Expr> {
    let field = Field::new("aes_decrypt", DataType::Binary, true);
    Ok(apply_field("aes_decrypt", field, decrypt_arguments(call)?, |input| decrypt_all(input, true)))
}

/// [`aes_decrypt`], NULL instead of errors.
pub(super) fn try_aes_decrypt(call: &Call<'_>) -> Result<Expr> {
    let field = Field::new("try_aes_decrypt", DataType::Binary, true);
    Ok(apply_field("try_aes_decrypt", field, decrypt_arguments(call)?, |input| decrypt_all(input, false)))
}

/// The bytes, the key, the mode and the padding.
fn common(call: &Call<'_>) -> Result<Vec<Expr>> {
    let mut arguments = vec![expect::binary(call, 0)?, expect::binary(call, 1)?];
    for (index, default) in [(2, "GCM"), (3, "DEFAULT")] {
        let given = index < call.arguments.len();
        arguments.push(if given { expect::string(call, index)? } else { lit(default) });
    }
    Ok(arguments)
}

fn decrypt_arguments(call: &Call<'_>) -> Result<Vec<Expr>> {
    call.expect_arguments(2..=5)?;
    let mut arguments = common(call)?;
    arguments.push(if call.arguments.len() > 4 { expect::binary(call, 4)? } else { lit("") });
    Ok(arguments)
}

/// The arguments every call has.
struct Common<'a> {
    texts: Bytes<'a>,
    keys: Bytes<'a>,
    modes: Bytes<'a>,
    paddings: Bytes<'a>,
}

impl<'a> Common<'a> {
    fn of(input: &'a Input) -> Result<Self> {
        let bytes = |index| input.bytes(index);
        Ok(Common { texts: bytes(0)?, keys: bytes(1)?, modes: bytes(2)?, paddings: bytes(3)? })
    }

    /// The key and the mode, checked.
    fn row(&self, row: usize) -> Result<(&'a [u8], Mode)> {
        let key = self.keys.value(row);
        if !matches!(key.len(), 16 | 24 | 32) {
            return Err(Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.AES_KEY_LENGTH")
                .with("parameter", "`key`")
                .with("functionName", FUNCTIONS)
                .with("actualLength", key.len().to_string()));
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (mode, padding) = (text(self.modes.value(row)), text(self.paddings.value(row)));
        let mode = Mode::find(&mode, &padding).ok_or_else(|| {
            Error::runtime(RuntimeClass::Other, "UNSUPPORTED_FEATURE.AES_MODE")
                .with("mode", mode)
                .with("padding", padding)
                .with("functionName", FUNCTIONS)
        })?;
        Ok((key, mode))
    }
}

fn encrypt_all(input: &Input) -> Result<arrow::array::ArrayRef> {
    let (common, vectors, extras) = (Common::of(input)?, input.bytes(4)?, input.bytes(5)?);
    input.to_binaries(|row| {
        let (key, mode) = common.row(row)?;
        let (vector, extra) = (vectors.value(row), extras.value(row));
        if !vector.is_empty() && mode == Mode::Ecb {
            return Err(unsupported("AES_MODE_IV", mode));
        }
        if !vector.is_empty() && vector.len() != mode.vector_length() {
            return Err(Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.AES_IV_LENGTH")
                .with("mode", mode.name())
                .with("parameter", "`iv`")
                .with("functionName", FUNCTIONS)
                .with("actualLength", vector.len().to_string()));
        }
        if !extra.is_empty() && mode != Mode::Gcm {
            return Err(unsupported("AES_MODE_AAD", mode));
        }
        let vector = match vector.is_empty() {
            true => Cow::Owned(random(mode.vector_length())),
            false => Cow::Borrowed(vector),
        };
        encrypt(mode, key, &vector, extra, common.texts.value(row))
            .map(|b| Some(Cow::Owned(b)))
            .map_err(failed)
    })
}

fn decrypt_all(input: &Input, fails: bool) -> Result<arrow::array::ArrayRef> {
    let (common, extras) = (Common::of(input)?, input.bytes(4)?);
    input.to_binaries(|row| {
        let decrypted = common.row(row).and_then(|(key, mode)| {
            let extra = extras.value(row);
            if !extra.is_empty() && mode != Mode::Gcm {
                return Err(unsupported("AES_MODE_AAD", mode));
            }
            decrypt(mode, key, extra, common.texts.value(row)).map_err(failed)
        });
        match decrypted {
            Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
            Err(error) if fails => Err(error),
            Err(_) => Ok(None),
        }
    })
}

fn unsupported(what: &str, mode: Mode) -> Error {
    Error::runtime(RuntimeClass::Other, format!("UNSUPPORTED_FEATURE.{what}"))
        .with("mode", mode.name())
        .with("functionName", "`aes_encrypt`")
}

fn failed(failure: Failure) -> Error {
    Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR")
        .with("parameter", "`expr`, `key`")
        .with("functionName", FUNCTIONS)
        .with("detailMessage", failure.message())
}

/// Random bytes: those of random identifiers that carry no version.
fn random(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 12);
    while bytes.len() < length {
        let id = uuid::Uuid::new_v4().into_bytes();
        bytes.extend_from_slice(&id[..6]);
        bytes.extend_from_slice(&id[9..]);
    }
    bytes.truncate(length);
    bytes
}
