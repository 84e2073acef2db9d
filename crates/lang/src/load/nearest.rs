//! The known word that somebody probably meant.

/// The word among `known` with the fewest letters to change, unless all are quite different.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase();
    let ranked = known.into_iter().map(|candidate| (distance(&word, candidate), candidate));
    let (distance, candidate) = ranked.min_by_key(|(distance, _)| *distance)?;
    let most = (word.chars().count().max(candidate.chars().count()) / 2).max(1);
    (distance <= most).then_some(candidate)
}

/// How many letters have to be put in, left out or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut costs: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.chars().enumerate() {
        let mut before = costs[0];
        costs[0] = row + 1;
        for (column, other) in b.iter().enumerate() {
            let replaced = before + usize::from(letter != *other);
            before = costs[column + 1];
            costs[column + 1] = replaced.min(before + 1).min(costs[column] + 1);
        }
    }
    costs[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["keys", "target", "source", "pattern"];
        assert_eq!(nearest("key", known), Some("keys"));
        assert_eq!(nearest("Traget", known), Some("target"));
        assert_eq!(nearest("xyzzy", known), None);
        assert_eq!(nearest("a", []), None);
    }
}
