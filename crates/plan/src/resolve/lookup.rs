//! Finding one of many columns without looking at all of them.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewer columns than this are looked through.
const MANY: usize = 64;
/// So often they are looked through before a table of them pays.
const OFTEN: usize = 16;

/// A table from keys to places, made when it has been asked for often enough.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    asked: AtomicUsize,
    table: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Clone for Lookup {
    /// Another one of the same columns, which makes a table of its own if need be.
    fn clone(&self) -> Self {
        Lookup::default()
    }
}

impl Lookup {
    /// The places of `key` among `all`, which are `count`; `None` where looking through them is as good.
    pub fn find<'l, I>(&'l self, key: &str, count: usize, all: impl FnOnce() -> I) -> Option<&'l [usize]>
    where
        I: Iterator<Item = (String, usize)>,
    {
        let is_made = self.table.get().is_some();
        if !is_made && (count < MANY || self.asked.fetch_add(1, Ordering::Relaxed) + 1 < OFTEN) {
            return None;
        }
        let table = self.table.get_or_init(|| {
            let mut table: HashMap<String, Vec<usize>> = HashMap::with_capacity(count);
            all().for_each(|(key, place)| table.entry(key).or_default().push(place));
            table
        });
        Some(table.get(key).map_or(&[], Vec::as_slice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_only_when_it_pays() {
        let all = || (0..MANY).map(|n| (format!("c{}", n % 60), n));
        let lookup = Lookup::default();
        for _ in 1..OFTEN {
            assert_eq!(lookup.find("c1", MANY, all), None);
        }
        assert_eq!(lookup.find("c1", MANY, all), Some(&[1, 61][..]));
        assert_eq!(lookup.find("d", MANY, all), Some(&[][..]));
        assert_eq!(Lookup::default().find("c1", 2, all), None);
    }
}
