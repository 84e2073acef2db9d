//! Values nobody asked for.

use super::input::Input;
use super::schema::Schema;

/// Skips a value; `None` when the bytes make no sense.
pub fn skip(schema: &Schema, input: &mut Input<'_>) -> Option<()> {
    match schema {
        Schema::Null => {}
        Schema::Boolean => {
            input.boolean()?;
        }
        Schema::Int(_) | Schema::Long(_) | Schema::Enum(_) => {
            input.long()?;
        }
        Schema::Float => {
            input.take(4)?;
        }
        Schema::Double => {
            input.take(8)?;
        }
        Schema::Bytes(_) | Schema::String => {
            input.bytes()?;
        }
        Schema::Fixed { size, .. } => {
            input.take(*size)?;
        }
        Schema::Array(element) => skip_blocks(input, |input| skip(element, input))?,
        Schema::Map(value) => skip_blocks(input, |input| {
            input.bytes()?;
            skip(value, input)
        })?,
        Schema::Union(branches) => {
            let branch = branches.get(input.length()?)?;
            skip(branch, input)?;
        }
        Schema::Record(fields) => {
            for field in fields.iter() {
                skip(&field.schema, input)?;
            }
        }
    }
    Some(())
}

/// Skips the items of an array or map, block by block.
fn skip_blocks(input: &mut Input<'_>, mut item: impl FnMut(&mut Input<'_>) -> Option<()>) -> Option<()> {
    loop {
        let count = input.long()?;
        if count == 0 {
            return Some(());
        }
        if count < 0 {
            let size = input.length()?;
            input.take(size)?;
            continue;
        }
        for _ in 0..count {
            if input.is_empty() {
                return None;
            }
            item(input)?;
        }
    }
}
