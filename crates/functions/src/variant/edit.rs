//! Changes of a value at a path.

use std::borrow::Cow;

use lang::{Error, Result, RuntimeClass};

use super::path::{Path, Segment};
use super::value::Value;

/// More elements cannot be encoded within the size limit.
const MAX_ELEMENTS: usize = 26_000_000;

/// What happens where the path ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// A new field, or an element before that index.
    Insert,
    /// Replaces what is there; with `create` also adds what is missing.
    Set { create: bool },
    /// Adds to the array there, if there is something.
    Append,
}

/// `value` with `new` at `path`; missing parts on the way are made where the change makes something.
///
/// # Errors
/// `VARIANT_PATH_TYPE_MISMATCH`, `VARIANT_DUPLICATE_KEY`
pub(super) fn change<'a>(
    value: &mut Value<'a>,
    path: &Path,
    new: Value<'a>,
    change: Change,
    function: &str,
) -> Result<()> {
    let mut here = value;
    for (depth, segment) in path.0.iter().enumerate() {
        let is_last = depth + 1 == path.0.len() && change != Change::Append;
        let rest = &path.0[depth + 1..];
        let creates = matches!(change, Change::Insert | Change::Set { create: true });
        match (segment, here) {
            (Segment::Key(name), Value::Object(fields)) => {
                let found = fields.iter().position(|(known, _)| known == name);
                match found {
                    Some(index) if is_last => {
                        if change == Change::Insert {
                            return Err(Error::runtime(RuntimeClass::Other, "VARIANT_DUPLICATE_KEY")
                                .with("key", name.as_str()));
                        }
                        fields[index].1 = new;
                        return Ok(());
                    }
                    Some(index) => here = &mut fields[index].1,
                    None => {
                        if creates {
                            fields.push((Cow::Owned(name.clone()), wrapped(rest, new, function)?));
                        }
                        return Ok(());
                    }
                }
            }
            (Segment::Index(index), Value::Array(elements)) => {
                if *index >= elements.len() {
                    if creates {
                        pad(elements, *index, function)?;
                        elements.push(wrapped(rest, new, function)?);
                    }
                    return Ok(());
                }
                if is_last {
                    match change {
                        Change::Insert => elements.insert(*index, new),
                        _ => elements[*index] = new,
                    }
                    return Ok(());
                }
                here = &mut elements[*index];
            }
            _ => return Err(mismatch(path, depth, function)),
        }
    }
    match here {
        Value::Array(elements) if change == Change::Append => {
            elements.push(new);
            Ok(())
        }
        _ => Err(mismatch(path, path.0.len(), function)),
    }
}

/// `new` inside of the containers that the segments ask for.
fn wrapped<'a>(segments: &[Segment], new: Value<'a>, function: &str) -> Result<Value<'a>> {
    let mut value = new;
    for segment in segments.iter().rev() {
        value = match segment {
            Segment::Key(name) => Value::Object(vec![(Cow::Owned(name.clone()), value)]),
            Segment::Index(index) => {
                let mut elements = vec![];
                pad(&mut elements, *index, function)?;
                elements.push(value);
                Value::Array(elements)
            }
        };
    }
    Ok(value)
}

fn pad(elements: &mut Vec<Value<'_>>, length: usize, function: &str) -> Result<()> {
    if length > MAX_ELEMENTS {
        return Err(Error::runtime(RuntimeClass::Other, "VARIANT_SIZE_LIMIT")
            .with("sizeLimit", "128.0 MiB")
            .with("functionName", format!("`{function}`")));
    }
    elements.resize_with(length.max(elements.len()), || Value::Null);
    Ok(())
}

fn mismatch(path: &Path, depth: usize, function: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "VARIANT_PATH_TYPE_MISMATCH")
        .with("path", path.prefix(path.0.len()))
        .with("failedAt", path.prefix(depth))
        .with("functionName", format!("`{function}`"))
}

/// Takes away what is at the path, if anything.
pub(super) fn delete(value: &mut Value<'_>, path: &Path) {
    let Some((last, parents)) = path.0.split_last() else { return };
    let mut here = value;
    for segment in parents {
        let next = match (segment, here) {
            (Segment::Key(name), Value::Object(fields)) => {
                fields.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
            }
            (Segment::Index(index), Value::Array(elements)) => elements.get_mut(*index),
            _ => None,
        };
        let Some(next) = next else { return };
        here = next;
    }
    match (last, here) {
        (Segment::Key(name), Value::Object(fields)) => fields.retain(|(known, _)| known != name),
        (Segment::Index(index), Value::Array(elements)) if *index < elements.len() => {
            elements.remove(*index);
        }
        _ => {}
    }
}

/// Takes away fields that are null, and elements too if `arrays`.
pub(super) fn strip_nulls(value: &mut Value<'_>, arrays: bool) {
    match value {
        Value::Object(fields) => {
            fields.retain(|(_, value)| *value != Value::Null);
            fields.iter_mut().for_each(|(_, value)| strip_nulls(value, arrays));
        }
        Value::Array(elements) => {
            elements.retain(|value| !arrays || *value != Value::Null);
            elements.iter_mut().for_each(|value| strip_nulls(value, arrays));
        }
        _ => {}
    }
}
