//! Items and their counts as bytes: a frequent-items sketch of Apache DataSketches, followed by the number of NULLs.
//!
//! How an item is written depends on its Spark type alone: numbers of up to 32 bits after a byte that tells their width,
//! wider ones plain, strings and long decimals after their length, booleans as bits.

use arrow::datatypes::DataType;

use super::frequent::{FrequentItems, Item};
use crate::types::is_string;

const VERSION: u8 = 1;
const FAMILY: u8 = 10;
const EMPTY: u8 = 5;
/// The length of the header of a sketch with items, in units of eight bytes; of one without it is 1.
const HEADER: u8 = 4;
/// The largest table that the limit of `maxItemsTracked` needs.
const MOST_LG_SIZE: u8 = 21;

/// The widths that precede small numbers, as the library marks them.
const BYTE: u8 = 2;
const SHORT: u8 = 3;
const FLOAT: u8 = 6;
const INTEGER: u8 = 9;

/// The sketch of `items`, which are values of `data_type`, and the count of `nulls`.
pub(super) fn write(items: &FrequentItems, nulls: i64, data_type: &DataType) -> Vec<u8> {
    let [lg_max, lg_size] = items.lg_sizes();
    let empty = items.active() == 0;
    let (header, flags) = if empty { (1, EMPTY) } else { (HEADER, 0) };
    let mut bytes = vec![header, VERSION, FAMILY, lg_max as u8, lg_size as u8, flags, 0, 0];
    if !empty {
        bytes.extend((items.active() as u64).to_le_bytes());
        bytes.extend(items.total().to_le_bytes());
        bytes.extend(items.offset().to_le_bytes());
        items.in_slots().for_each(|(_, count)| bytes.extend(count.to_le_bytes()));
        write_items(items, data_type, &mut bytes);
    }
    bytes.extend(nulls.to_be_bytes());
    bytes
}

fn write_items(items: &FrequentItems, data_type: &DataType, bytes: &mut Vec<u8>) {
    if *data_type == DataType::Boolean {
        let mut bits = vec![0u8; items.active().div_ceil(8)];
        for (index, (item, _)) in items.in_slots().enumerate() {
            bits[index / 8] |= u8::from(*item == Item::Bool(true)) << (index % 8);
        }
        bytes.extend(bits);
        return;
    }
    for (item, _) in items.in_slots() {
        match (item, data_type) {
            (Item::Int(value), DataType::Int8) => bytes.extend([BYTE, *value as u8]),
            (Item::Int(value), DataType::Int16) => {
                bytes.push(SHORT);
                bytes.extend((*value as i16).to_le_bytes());
            }
            (Item::Int(value), _) => {
                bytes.push(INTEGER);
                bytes.extend(value.to_le_bytes());
            }
            (Item::Float(bits), _) => {
                bytes.push(FLOAT);
                bytes.extend(bits.to_le_bytes());
            }
            (Item::Long(value), _) => bytes.extend(value.to_le_bytes()),
            (Item::Double(bits), _) => bytes.extend(bits.to_le_bytes()),
            (Item::Decimal(value, _), DataType::Decimal128(..=9, _)) => {
                bytes.push(INTEGER);
                bytes.extend((*value as i32).to_le_bytes());
            }
            (Item::Decimal(value, _), DataType::Decimal128(..=18, _)) => {
                bytes.extend((*value as i64).to_le_bytes());
            }
            (Item::Decimal(value, _), _) => write_counted(&significant(*value), bytes),
            (Item::Text(text), _) => write_counted(text.as_bytes(), bytes),
            (Item::Bool(_), _) => {}
        }
    }
}

fn write_counted(value: &[u8], bytes: &mut Vec<u8>) {
    bytes.extend((value.len() as u32).to_le_bytes());
    bytes.extend(value);
}

/// Two's complement, the highest byte first, without superfluous ones.
fn significant(value: i128) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let filler = if value < 0 { 0xFF } else { 0 };
    let is_superfluous = |pair: &&[u8]| pair[0] == filler && (pair[0] ^ pair[1]) & 0x80 == 0;
    bytes[bytes.windows(2).take_while(is_superfluous).count()..].to_vec()
}

/// What [`write`] wrote, or Spark; `None` for other bytes.
pub(super) fn read(bytes: &[u8], data_type: &DataType) -> Option<(FrequentItems, i64)> {
    let (mut bytes, nulls) = bytes.split_last_chunk::<8>()?;
    let nulls = i64::from_be_bytes(*nulls);
    let [_, VERSION, FAMILY, lg_max, lg_size, flags, _, _] = *take(&mut bytes)? else { return None };
    if lg_max > MOST_LG_SIZE || lg_size > lg_max {
        return None;
    }
    let mut items = FrequentItems::sized(lg_max.into(), lg_size.into());
    if flags & EMPTY != 0 {
        return Some((items, nulls));
    }
    let active = u32::from_le_bytes(*take(&mut bytes)?) as usize;
    take::<4>(&mut bytes)?;
    let (total, offset) = (i64::from_le_bytes(*take(&mut bytes)?), i64::from_le_bytes(*take(&mut bytes)?));
    let (counts, mut rest) = bytes.split_at_checked(active.checked_mul(8)?)?;
    for (index, count) in counts.chunks_exact(8).enumerate() {
        let item = read_item(index, &mut rest, data_type)?;
        items.add(item, i64::from_le_bytes(count.try_into().ok()?));
    }
    items.restore(offset, total);
    Some((items, nulls))
}

/// The next item; booleans stay where they are, as they share bytes.
fn read_item(index: usize, bytes: &mut &[u8], data_type: &DataType) -> Option<Item> {
    let marked = |mark: u8, bytes: &mut &[u8]| (*take::<1>(bytes)? == [mark]).then_some(());
    Some(match data_type {
        DataType::Boolean => Item::Bool(bytes.get(index / 8)? >> (index % 8) & 1 == 1),
        DataType::Int8 => {
            marked(BYTE, bytes)?;
            Item::Int(i8::from_le_bytes(*take(bytes)?).into())
        }
        DataType::Int16 => {
            marked(SHORT, bytes)?;
            Item::Int(i16::from_le_bytes(*take(bytes)?).into())
        }
        DataType::Int32 | DataType::Date32 => {
            marked(INTEGER, bytes)?;
            Item::Int(i32::from_le_bytes(*take(bytes)?))
        }
        DataType::Float32 => {
            marked(FLOAT, bytes)?;
            Item::Float(u32::from_le_bytes(*take(bytes)?))
        }
        DataType::Int64 | DataType::Timestamp(..) | DataType::Time64(_) => {
            Item::Long(i64::from_le_bytes(*take(bytes)?))
        }
        DataType::Float64 => Item::Double(u64::from_le_bytes(*take(bytes)?)),
        DataType::Decimal128(..=9, scale) => {
            marked(INTEGER, bytes)?;
            Item::Decimal(i32::from_le_bytes(*take(bytes)?).into(), *scale)
        }
        DataType::Decimal128(..=18, scale) => Item::Decimal(i64::from_le_bytes(*take(bytes)?).into(), *scale),
        DataType::Decimal128(_, scale) => Item::Decimal(unscaled(read_counted(bytes)?)?, *scale),
        given if is_string(given) => Item::Text(std::str::from_utf8(read_counted(bytes)?).ok()?.into()),
        _ => return None,
    })
}

fn unscaled(bytes: &[u8]) -> Option<i128> {
    let filler = if bytes.first()? & 0x80 == 0 { 0 } else { 0xFF };
    let mut all = [filler; 16];
    all.get_mut(16usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(all))
}

fn read_counted<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = u32::from_le_bytes(*take(bytes)?) as usize;
    let (value, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(value)
}

fn take<'b, const N: usize>(bytes: &mut &'b [u8]) -> Option<&'b [u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_every_type_come_back() {
        let all = [
            (DataType::Boolean, vec![Item::Bool(true), Item::Bool(false)]),
            (DataType::Int8, vec![Item::Int(-1), Item::Int(7)]),
            (DataType::Int16, vec![Item::Int(-300)]),
            (DataType::Int32, vec![Item::Int(i32::MIN)]),
            (DataType::Int64, (0..100).map(Item::Long).collect()),
            (DataType::Float32, vec![Item::Float(1.5f32.to_bits())]),
            (DataType::Float64, vec![Item::Double(1.5f64.to_bits())]),
            (DataType::Decimal128(9, 2), vec![Item::Decimal(-125, 2)]),
            (DataType::Decimal128(18, 2), vec![Item::Decimal(125, 2)]),
            (DataType::Decimal128(38, 2), vec![Item::Decimal(-125, 2), Item::Decimal(i128::MAX / 4, 2)]),
            (DataType::Utf8, vec![Item::Text("é".into()), Item::Text("".into())]),
        ];
        for (data_type, items) in all {
            let mut table = FrequentItems::new(100);
            items.iter().for_each(|item| table.add(item.clone(), 2));
            let bytes = write(&table, 3, &data_type);
            let (read_table, nulls) = read(&bytes, &data_type).unwrap();
            assert_eq!((nulls, read_table.total()), (3, 2 * items.len() as i64));
            assert!(read_table.in_slots().all(|(item, count)| items.contains(item) && count == 2));
            assert_eq!(read_table.active(), items.len());
            assert!(
                (0..bytes.len()).all(|length| read(&bytes[..length], &data_type).is_none() || length >= 8)
            );
        }
    }

    #[test]
    fn a_table_without_items_comes_back() {
        let bytes = write(&FrequentItems::new(10), 0, &DataType::Int32);
        assert_eq!(bytes.len(), 16);
        assert_eq!(read(&bytes, &DataType::Int32).unwrap().0.active(), 0);
    }
}
