//! Texts and bytes.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder, StringBuilder};
use lang::Result;

use super::Values;
use crate::format::avro::input::Input;

pub(super) struct Strings(pub StringBuilder);

impl Values for Strings {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.0.append_value(String::from_utf8_lossy(input.bytes()?));
        Some(())
    }

    fn null(&mut self) {
        self.0.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.0.finish()))
    }
}

pub(super) struct Symbols {
    pub symbols: Arc<Vec<String>>,
    pub builder: StringBuilder,
}

impl Values for Symbols {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value(self.symbols.get(input.length()?)?);
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}

pub(super) struct Binaries {
    pub size: Option<usize>,
    pub builder: BinaryBuilder,
}

impl Values for Binaries {
    fn read(&mut self, input: &mut Input<'_>) -> Option<()> {
        self.builder.append_value(match self.size {
            Some(size) => input.take(size)?,
            None => input.bytes()?,
        });
        Some(())
    }

    fn null(&mut self) {
        self.builder.append_null();
    }

    fn finish(&mut self) -> Result<ArrayRef> {
        Ok(Arc::new(self.builder.finish()))
    }
}
