//! Broken statements: whatever the text, parsing ends with a tree or with an error that can be printed.
//!
//! The corpus are the statements of `tests/sql` and of `fuzz.sql`, where those stand that once did harm. They are cut,
//! spliced and littered at random, always with the same seed. `FIRESTEEL_FUZZ=1000000` asks for more of them than an
//! ordinary run has, `FIRESTEEL_FUZZ_SEED` for others.

use crate::{
    parse_data_type, parse_expression, parse_identifier, parse_schema, parse_statement, parse_statements,
};

const STATEMENTS: usize = 6_000;
/// What texts are littered with: everything the lexer treats apart, and letters of several lengths.
const LITTER: &[&str] = &[
    "(",
    ")",
    "'",
    "\"",
    "`",
    ";",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    "r'",
    "x'",
    "1e",
    ".",
    "..",
    ",",
    "::",
    "->",
    "=>",
    "|>",
    "?",
    ":",
    "@",
    "$",
    "é",
    "😀",
    "\u{0}",
    "\u{feff}",
    "\u{a0}",
    "9999999999999999999999",
    "1e400",
    "-",
    "not ",
    "interval ",
    "case ",
    " over ",
    " in ",
    "select ",
    "with ",
    "array<",
    "[",
    "]",
    "<",
    ">",
    "{",
    "}",
];

/// Small, fast and the same everywhere (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A place between two characters.
    fn cut(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn corpus() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sql");
    let mut texts = vec![include_str!("fuzz.sql").to_string()];
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    texts.extend(files.iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    let lines = |text: &str| -> Vec<String> {
        let code: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        code.join("\n").split(";\n").map(|s| s.trim().to_string()).filter(|s| !s.is_empty()).collect()
    };
    texts.iter().flat_map(|text| lines(text)).collect()
}

fn mutated(corpus: &[String], random: &mut Random) -> String {
    let mut text = random.pick(corpus).clone();
    for _ in 0..=random.below(4) {
        let (a, b) = (random.cut(&text), random.cut(&text));
        let (from, to) = (a.min(b), a.max(b));
        match random.below(6) {
            0 => text.truncate(a),
            1 => text.replace_range(from..to, ""),
            2 => text.insert_str(a, random.pick::<&str>(LITTER)),
            3 => text.insert_str(a, &text.clone()[from..to]),
            4 => {
                let other = random.pick(corpus);
                let (a, b) = (random.cut(other), random.cut(other));
                text.replace_range(from..to, &other[a.min(b)..a.max(b)]);
            }
            _ => {
                let litter = random.pick(LITTER).repeat(random.below(300));
                text.insert_str(a, &litter);
            }
        }
    }
    text
}

/// Everything that reads text, and everything that errors print.
fn read(text: &str) {
    let failed = [
        parse_statement(text).err(),
        parse_statements(text).err(),
        parse_expression(text).err(),
        parse_data_type(text).err(),
        parse_schema(text).err(),
        parse_identifier(text).err(),
    ];
    for error in failed.iter().flatten() {
        assert!(!error.condition().is_empty());
        assert!(!error.to_string().is_empty());
        for context in error.context() {
            let _ = (context.summary(), context.fragment());
        }
    }
}

#[test]
fn no_text_ends_the_parser() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let count = number("FIRESTEEL_FUZZ").map_or(STATEMENTS, |n| n as usize);
    let mut random = Random(number("FIRESTEEL_FUZZ_SEED").unwrap_or(42).max(1));
    let corpus = corpus();
    assert!(corpus.len() > 500, "{} statements", corpus.len());
    corpus.iter().for_each(|text| read(text));
    for _ in 0..count {
        let text = mutated(&corpus, &mut random);
        if let Err(panic) = std::panic::catch_unwind(|| read(&text)) {
            eprintln!("on the text {text:?}");
            std::panic::resume_unwind(panic);
        }
    }
}
