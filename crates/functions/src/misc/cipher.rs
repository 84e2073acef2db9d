//! AES of whole values: one cipher, three modes, three key sizes.

use aes::cipher::array::Array;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit,
};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};

const BLOCK: usize = 16;
const TAG: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Gcm,
    Cbc,
    Ecb,
}

impl Mode {
    /// The mode of that name, if it goes with the padding.
    pub(super) fn find(mode: &str, padding: &str) -> Option<Mode> {
        match (mode.to_ascii_uppercase().as_str(), padding.to_ascii_uppercase().as_str()) {
            ("GCM", "NONE" | "DEFAULT") => Some(Mode::Gcm),
            ("CBC", "PKCS" | "DEFAULT") => Some(Mode::Cbc),
            ("ECB", "PKCS" | "DEFAULT") => Some(Mode::Ecb),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Mode::Gcm => "GCM",
            Mode::Cbc => "CBC",
            Mode::Ecb => "ECB",
        }
    }

    /// Bytes of the initialization vector.
    pub(super) fn vector_length(self) -> usize {
        match self {
            Mode::Gcm => 12,
            Mode::Cbc => BLOCK,
            Mode::Ecb => 0,
        }
    }
}

/// Why bytes cannot be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Key,
    ShortVector(Mode),
    ShortTag,
    Tag,
    Length,
    Padding,
}

impl Failure {
    /// The sentence of Java's cryptography.
    pub(super) fn message(self) -> &'static str {
        match self {
            Failure::Key => "Invalid AES key length",
            Failure::ShortVector(Mode::Gcm) => "Invalid buffer arguments",
            Failure::ShortVector(_) => "IV buffer too short for given offset/length combination",
            Failure::ShortTag => "Input data too short to contain an expected tag length of 16bytes",
            Failure::Tag => "Tag mismatch!",
            Failure::Length => "Input length must be multiple of 16 when decrypting with padded cipher",
            Failure::Padding => {
                "Given final block not properly padded. Such issues can arise if a bad key is used during decryption."
            }
        }
    }
}

macro_rules! with_key_size {
    ($key:expr, $cipher:ident => $body:expr) => {
        match $key.len() {
            16 => {
                type $cipher = Aes128;
                $body
            }
            24 => {
                type $cipher = Aes192;
                $body
            }
            _ => {
                type $cipher = Aes256;
                $body
            }
        }
    };
}

/// The vector and what the text becomes.
pub(super) fn encrypt(
    mode: Mode,
    key: &[u8],
    vector: &[u8],
    extra: &[u8],
    text: &[u8],
) -> Result<Vec<u8>, Failure> {
    with_key_size!(key, Cipher => {
        let mut out = vector.to_vec();
        match mode {
            Mode::Gcm => {
                let cipher = AesGcm::<Cipher, U12>::new_from_slice(key).map_err(|_| Failure::Key)?;
                let nonce = <&Array<u8, U12>>::try_from(vector).map_err(|_| Failure::Key)?;
                let payload = Payload { msg: text, aad: extra };
                out.extend(cipher.encrypt(nonce, payload).map_err(|_| Failure::Length)?);
            }
            Mode::Cbc => {
                let cipher =
                    cbc::Encryptor::<Cipher>::new_from_slices(key, vector).map_err(|_| Failure::Key)?;
                let mut buffer = padded_room(text);
                let encrypted = cipher.encrypt_padded::<Pkcs7>(&mut buffer, text.len());
                out.extend_from_slice(encrypted.map_err(|_| Failure::Padding)?);
            }
            Mode::Ecb => {
                let cipher = Cipher::new_from_slice(key).map_err(|_| Failure::Key)?;
                let mut buffer = padded_room(text);
                let missing = buffer.len() - text.len();
                buffer[text.len()..].fill(missing as u8);
                for block in buffer.chunks_exact_mut(BLOCK) {
                    let block = <&mut Array<u8, _>>::try_from(block).map_err(|_| Failure::Length)?;
                    cipher.encrypt_block(block);
                }
                out.extend_from_slice(&buffer);
            }
        }
        Ok(out)
    })
}

/// The text with room for its padding.
fn padded_room(text: &[u8]) -> Vec<u8> {
    let mut buffer = text.to_vec();
    buffer.resize((text.len() / BLOCK + 1) * BLOCK, 0);
    buffer
}

/// The text of what [`encrypt`] made.
pub(super) fn decrypt(mode: Mode, key: &[u8], extra: &[u8], bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let (vector, body) = bytes.split_at_checked(mode.vector_length()).ok_or(Failure::ShortVector(mode))?;
    with_key_size!(key, Cipher => {
        match mode {
            Mode::Gcm => {
                if body.len() < TAG {
                    return Err(Failure::ShortTag);
                }
                let cipher = AesGcm::<Cipher, U12>::new_from_slice(key).map_err(|_| Failure::Key)?;
                let nonce = <&Array<u8, U12>>::try_from(vector).map_err(|_| Failure::Key)?;
                cipher.decrypt(nonce, Payload { msg: body, aad: extra }).map_err(|_| Failure::Tag)
            }
            _ if body.is_empty() => Ok(vec![]),
            _ if body.len() % BLOCK != 0 => Err(Failure::Length),
            Mode::Cbc => {
                let cipher =
                    cbc::Decryptor::<Cipher>::new_from_slices(key, vector).map_err(|_| Failure::Key)?;
                let mut buffer = body.to_vec();
                let text = cipher.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| Failure::Padding)?;
                Ok(text.to_vec())
            }
            Mode::Ecb => {
                let cipher = Cipher::new_from_slice(key).map_err(|_| Failure::Key)?;
                let mut buffer = body.to_vec();
                for block in buffer.chunks_exact_mut(BLOCK) {
                    let block = <&mut Array<u8, _>>::try_from(block).map_err(|_| Failure::Length)?;
                    cipher.decrypt_block(block);
                }
                unpadded(buffer)
            }
        }
    })
}

/// Without the padding, which tells its own length in every byte.
fn unpadded(mut buffer: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let count = usize::from(*buffer.last().ok_or(Failure::Padding)?);
    let start = buffer.len().checked_sub(count).ok_or(Failure::Padding)?;
    let is_padding = (1..=BLOCK).contains(&count) && buffer[start..].iter().all(|b| usize::from(*b) == count);
    if !is_padding {
        return Err(Failure::Padding);
    }
    buffer.truncate(start);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encrypted_comes_back() {
        for length in [16, 24, 32] {
            for mode in [Mode::Gcm, Mode::Cbc, Mode::Ecb] {
                for text in [&b""[..], b"Spark", b"exactly 16 bytes"] {
                    let (key, vector) = (vec![7; length], vec![1; mode.vector_length()]);
                    let encrypted = encrypt(mode, &key, &vector, b"", text).expect("encrypted");
                    assert_eq!(decrypt(mode, &key, b"", &encrypted).as_deref(), Ok(text));
                }
            }
        }
        assert_eq!(decrypt(Mode::Gcm, &[0; 16], b"", &[0; 40]), Err(Failure::Tag));
    }
}
