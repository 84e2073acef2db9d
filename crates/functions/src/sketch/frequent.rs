//! The most frequent of many items: a hash table of counts that forgets the rare ones when it is full.
//!
//! Places in the table follow Java's hash codes, so that equally frequent items come in Spark's order.

/// An item as the table sees it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Bool(bool),
    /// Integers up to 32 bits and days.
    Int(i32),
    /// Integers of 64 bits and microseconds.
    Long(i64),
    /// The bits of a number; those of all NaNs are the same.
    Float(u32),
    Double(u64),
    /// Unscaled value and scale.
    Decimal(i128, i8),
    Text(Box<str>),
}

impl Item {
    /// Java's hash code.
    fn hash_code(&self) -> i32 {
        let fold = |bits: u64| (bits ^ bits >> 32) as i32;
        match self {
            Item::Bool(value) => {
                if *value {
                    1231
                } else {
                    1237
                }
            }
            Item::Int(value) => *value,
            Item::Long(value) => fold(*value as u64),
            Item::Float(bits) => *bits as i32,
            Item::Double(bits) => fold(*bits),
            Item::Decimal(value, scale) => decimal_hash(*value, *scale),
            Item::Text(text) => text
                .encode_utf16()
                .fold(0, |hash: i32, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))),
        }
    }

    fn size(&self) -> usize {
        size_of::<Item>() + if let Item::Text(text) = self { text.len() } else { 0 }
    }
}

/// One slot of the table in use.
#[derive(Debug, Clone)]
struct Slot {
    item: Item,
    count: i64,
    /// How far the slot is from where its item belongs; 1 is there.
    drift: usize,
}

const LEAST_LG_SIZE: u32 = 3;
/// How many counts are looked at to choose how much to take off all of them.
const SAMPLES: usize = 1024;

#[derive(Debug)]
pub(super) struct FrequentItems {
    slots: Vec<Option<Slot>>,
    active: usize,
    lg_max: u32,
    /// What was taken off all counts; no estimate errs by more.
    offset: i64,
    /// The sum of all counts that were ever added.
    total: i64,
    bytes: usize,
}

impl FrequentItems {
    /// A table for at least `items` items.
    pub(super) fn new(items: usize) -> Self {
        let size = (items as f64 / 0.75).ceil() as usize;
        FrequentItems::sized(size.next_power_of_two().trailing_zeros(), LEAST_LG_SIZE)
    }

    /// A table that has `2^lg_size` slots and grows up to `2^lg_max`.
    pub(super) fn sized(lg_max: u32, lg_size: u32) -> Self {
        let lg_max = lg_max.max(LEAST_LG_SIZE);
        let slots = vec![None; 1 << lg_size.clamp(LEAST_LG_SIZE, lg_max)];
        FrequentItems { slots, active: 0, lg_max, offset: 0, total: 0, bytes: 0 }
    }

    /// The logarithms of how many slots there may be, and are.
    pub(super) fn lg_sizes(&self) -> [u32; 2] {
        [self.lg_max, self.slots.len().trailing_zeros()]
    }

    pub(super) fn add(&mut self, item: Item, count: i64) {
        self.total += count;
        self.put(item, count);
        if self.active <= capacity(self.slots.len()) {
            return;
        }
        if self.slots.len() < 1 << self.lg_max {
            let doubled = vec![None; self.slots.len() * 2];
            let slots = std::mem::replace(&mut self.slots, doubled);
            (self.active, self.bytes) = (0, 0);
            slots.into_iter().flatten().for_each(|slot| self.put(slot.item, slot.count));
        } else {
            self.purge();
        }
    }

    fn put(&mut self, item: Item, count: i64) {
        let mask = self.slots.len() - 1;
        let mut place = spread(item.hash_code()) as usize & mask;
        let mut drift = 1;
        loop {
            match &mut self.slots[place] {
                Some(slot) if slot.item == item => {
                    slot.count += count;
                    return;
                }
                Some(_) => {
                    place = (place + 1) & mask;
                    drift += 1;
                }
                free => {
                    self.bytes += item.size();
                    *free = Some(Slot { item, count, drift });
                    self.active += 1;
                    return;
                }
            }
        }
    }

    /// Takes the median count off all counts and drops what has none left.
    fn purge(&mut self) {
        let mut samples: Vec<i64> = self.slots.iter().flatten().map(|s| s.count).take(SAMPLES).collect();
        let middle = samples.len() / 2;
        let (_, median, _) = samples.select_nth_unstable(middle);
        let median = *median;
        self.offset += median;
        self.slots.iter_mut().flatten().for_each(|slot| slot.count -= median);
        let end = self.slots.iter().rposition(Option::is_none).unwrap_or(0);
        for place in (0..end).rev().chain((end..self.slots.len()).rev()) {
            if self.slots[place].as_ref().is_some_and(|slot| slot.count <= 0) {
                self.delete(place);
            }
        }
    }

    /// Frees a slot and moves those behind it that belong nearer.
    fn delete(&mut self, mut free: usize) {
        let mask = self.slots.len() - 1;
        if let Some(slot) = self.slots[free].take() {
            self.active -= 1;
            self.bytes -= slot.item.size();
        }
        let (mut place, mut distance) = ((free + 1) & mask, 1);
        while let Some(slot) = &self.slots[place] {
            if slot.drift > distance {
                let moved = self.slots[place].take().map(|s| Slot { drift: s.drift - distance, ..s });
                self.slots[free] = moved;
                (free, distance) = (place, 0);
            }
            place = (place + 1) & mask;
            distance += 1;
        }
    }

    /// Items and counts in the order in which they are merged and ranked: strides of the golden ratio.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Item, i64)> {
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        let stride = (self.slots.len() as f64 * golden) as usize | 1;
        let mask = self.slots.len() - 1;
        let places = (0..self.slots.len()).map(move |step| (step * stride) & mask);
        places.filter_map(|place| self.slots[place].as_ref()).map(|slot| (&slot.item, slot.count))
    }

    /// Items and counts from the first slot to the last.
    pub(super) fn in_slots(&self) -> impl Iterator<Item = (&Item, i64)> {
        self.slots.iter().flatten().map(|slot| (&slot.item, slot.count))
    }

    pub(super) fn active(&self) -> usize {
        self.active
    }

    pub(super) fn offset(&self) -> i64 {
        self.offset
    }

    pub(super) fn total(&self) -> i64 {
        self.total
    }

    /// What a table was told of beside the counts that are left.
    pub(super) fn restore(&mut self, offset: i64, total: i64) {
        (self.offset, self.total) = (offset, total);
    }

    /// Takes another table in.
    pub(super) fn merge(&mut self, other: &FrequentItems) {
        let total = self.total + other.total;
        other.iter().for_each(|(item, count)| self.add(item.clone(), count));
        self.offset += other.offset;
        self.total = total;
    }

    /// The items that are certainly frequent and their estimates, the most frequent first.
    pub(super) fn ranked(&self) -> Vec<(&Item, i64)> {
        let mut items: Vec<_> = self
            .iter()
            .filter(|(_, count)| *count >= self.offset)
            .map(|(item, count)| (item, count + self.offset))
            .collect();
        items.sort_by_key(|(_, estimate)| std::cmp::Reverse(*estimate));
        items
    }

    pub(super) fn size(&self) -> usize {
        self.slots.capacity() * size_of::<Option<Slot>>() + self.bytes
    }
}

fn capacity(slots: usize) -> usize {
    slots / 4 * 3
}

/// Decimals hash like the integer or the double they equal.
fn decimal_hash(value: i128, scale: i8) -> i32 {
    let fold = |bits: u64| (bits ^ bits >> 32) as i32;
    let unit = 10i128.checked_pow(u32::from(scale.max(0).unsigned_abs())).unwrap_or(i128::MAX);
    if value % unit == 0 {
        let whole = (value / unit) as i64;
        return i32::try_from(whole).unwrap_or_else(|_| fold(whole as u64));
    }
    let double = value as f64 / unit as f64;
    let float = double as f32;
    if f64::from(float) == double { float.to_bits() as i32 } else { fold(double.to_bits()) }
}

/// Mixes a hash code, so that neighbours lie far apart.
fn spread(hash: i32) -> u64 {
    let mut key = i64::from(hash) as u64;
    key = (key ^ key >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    key = (key ^ key >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ key >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(items: impl Iterator<Item = Item>) -> Vec<(Item, i64)> {
        let mut table = FrequentItems::new(10_000);
        items.for_each(|item| table.add(item, 1));
        table.ranked().into_iter().map(|(item, count)| (item.clone(), count)).collect()
    }

    #[test]
    fn ties_come_in_the_order_of_spark() {
        let longs = ranks((0..100).map(|i| Item::Long(i % 7)));
        let order: Vec<_> = longs.iter().map(|(item, _)| item.clone()).collect();
        assert_eq!(order, [0, 1, 4, 6, 5, 3, 2].map(Item::Long));
        let texts = ranks((0..100).map(|i| Item::Text((i % 7).to_string().into())));
        let order: Vec<_> = texts.iter().map(|(item, _)| item.clone()).collect();
        assert_eq!(order, ["1", "0", "3", "4", "6", "5", "2"].map(|t| Item::Text(t.into())));
        let doubles = ranks((0..100).map(|i| Item::Double(f64::from(i % 7).to_bits())));
        let order: Vec<_> = doubles.iter().map(|(item, _)| item.clone()).collect();
        assert_eq!(order, [0.0, 1.0, 4.0, 3.0, 6.0, 5.0, 2.0].map(|d: f64| Item::Double(d.to_bits())));
    }

    #[test]
    fn a_full_table_forgets_rare_items() {
        let mut table = FrequentItems::new(6);
        for i in 0..1000 {
            table.add(Item::Int(i), 1);
            table.add(Item::Int(7), 3);
        }
        assert!(table.active <= capacity(table.slots.len()));
        assert_eq!(table.ranked().first().map(|(item, _)| (*item).clone()), Some(Item::Int(7)));
    }
}
