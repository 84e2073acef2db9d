//! From pattern text to items.

use lang::{Error, Result, RuntimeClass};

use super::{DateTimePattern, Item, Number, OffsetStyle, Text};

/// Longest pattern and deepest `[` nesting that are compiled.
const MAX_LENGTH: usize = 1024;
const MAX_DEPTH: usize = 16;

impl DateTimePattern {
    /// Compiles Spark's pattern letters.
    ///
    /// # Errors
    /// `INVALID_DATETIME_PATTERN.WITH_SUGGESTION`;
    /// `INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION` for what Spark 2 understood.
    pub fn compile(text: &str) -> Result<Self> {
        if text.len() > MAX_LENGTH {
            return Err(too_long(text));
        }
        let letters: Vec<char> = text.chars().collect();
        let era = has_era(&letters);
        let mut compiler = Compiler { letters: &letters, at: 0, era };
        let mut items = compiler.items(0)?;
        reserve(&mut items);
        Ok(DateTimePattern { items })
    }

    /// Refuses letters that can be printed but not read.
    pub fn expect_readable(&self) -> Result<()> {
        expect_readable(&self.items)
    }
}

struct Compiler<'a> {
    letters: &'a [char],
    at: usize,
    /// With an era, years count from 1 in both directions.
    era: bool,
}

impl Compiler<'_> {
    fn items(&mut self, depth: usize) -> Result<Vec<Item>> {
        if depth > MAX_DEPTH {
            return Err(too_long("["));
        }
        let mut items = Vec::new();
        while let Some(&letter) = self.letters.get(self.at) {
            match letter {
                '[' => {
                    self.at += 1;
                    items.push(Item::Optional(self.items(depth + 1)?));
                }
                ']' if depth > 0 => {
                    self.at += 1;
                    return Ok(items);
                }
                '\'' => push_literal(&mut items, &self.quoted()?),
                ']' | '{' | '}' | '#' => return Err(illegal(letter)),
                _ if letter.is_ascii_alphabetic() => items.push(self.field(letter)?),
                _ => {
                    self.at += 1;
                    push_literal(&mut items, &letter.to_string());
                }
            }
        }
        Ok(items)
    }

    /// `'text'`, with `''` for a quote.
    fn quoted(&mut self) -> Result<String> {
        self.at += 1;
        let mut text = String::new();
        if self.letters.get(self.at) == Some(&'\'') {
            self.at += 1;
            return Ok("'".to_string());
        }
        loop {
            match (self.letters.get(self.at), self.letters.get(self.at + 1)) {
                (Some('\''), Some('\'')) => {
                    text.push('\'');
                    self.at += 2;
                }
                (Some('\''), _) => {
                    self.at += 1;
                    return Ok(text);
                }
                (Some(letter), _) => {
                    text.push(*letter);
                    self.at += 1;
                }
                (None, _) => return Err(illegal('\'')),
            }
        }
    }

    fn field(&mut self, letter: char) -> Result<Item> {
        let count = self.letters[self.at..].iter().take_while(|l| **l == letter).count();
        self.at += count;
        field(letter, count, self.era)
    }
}

fn field(letter: char, count: usize, era: bool) -> Result<Item> {
    let number = |field, most: usize| -> Result<Item> {
        if count > most {
            return Err(too_long(&letter.to_string().repeat(count)));
        }
        // One letter takes any number of digits, more letters exactly as many.
        Ok(Item::Number { field, min: count, max: if count == 1 { 19 } else { count }, reserved: 0 })
    };
    let text = |text: fn(bool) -> Text| -> Result<Item> {
        if count > 4 {
            return Err(too_long(&letter.to_string().repeat(count)));
        }
        Ok(Item::Text(text(count == 4)))
    };
    match (letter, count) {
        ('y', 2) => Ok(Item::ShortYear { reserved: 0 }),
        ('y', 1..=6) => {
            let field = if era { Number::YearOfEra } else { Number::Year };
            Ok(Item::Number { field, min: count, max: 19, reserved: 0 })
        }
        ('M' | 'L', 1 | 2) => number(Number::Month, 2),
        ('M' | 'L', _) => text(|full| Text::Month { full }),
        ('d', _) => number(Number::Day, 2),
        ('D', 2) => Ok(Item::Number { field: Number::DayOfYear, min: 2, max: 3, reserved: 0 }),
        ('D', _) => number(Number::DayOfYear, 3),
        ('Q' | 'q', 1 | 2) => number(Number::Quarter, 2),
        ('Q' | 'q', _) => text(|full| Text::Quarter { full }),
        ('E', _) => text(|full| Text::Weekday { full }),
        ('F', _) => number(Number::AlignedDay, 1),
        ('G', _) => text(|full| Text::Era { full }),
        ('a', 1) => Ok(Item::Text(Text::HalfDay)),
        ('H', _) => number(Number::Hour, 2),
        ('k', _) => number(Number::ClockHour, 2),
        ('K', _) => number(Number::HalfDayHour, 2),
        ('h', _) => number(Number::HalfDayClockHour, 2),
        ('m', _) => number(Number::Minute, 2),
        ('s', _) => number(Number::Second, 2),
        ('S', 1..=9) => Ok(Item::Fraction(count)),
        ('V', 2) => Ok(Item::ZoneId),
        ('z', 1..=3) => Ok(Item::ZoneName),
        ('z', 4) => Err(Error::unsupported("the datetime pattern zzzz")),
        ('O', 1) => Ok(Item::LocalizedOffset { full: false }),
        ('O', 4) | ('Z', 4) => Ok(Item::LocalizedOffset { full: true }),
        ('Z', 1..=3) => Ok(Item::Offset { style: OffsetStyle::Compact, zero: "+0000" }),
        ('Z', 5) => Ok(Item::Offset { style: OffsetStyle::ColonSeconds, zero: "Z" }),
        ('X' | 'x', 1..=5) => Ok(offset(count, letter == 'X')),
        ('y' | 'a' | 'S' | 'V' | 'z' | 'O' | 'Z' | 'X' | 'x', _) => {
            Err(too_long(&letter.to_string().repeat(count)))
        }
        _ => Err(illegal(letter)),
    }
}

fn offset(count: usize, zulu: bool) -> Item {
    let (style, zero) = match count {
        1 => (OffsetStyle::HoursThenMinutes, "+00"),
        2 => (OffsetStyle::Compact, "+0000"),
        3 => (OffsetStyle::Colon, "+00:00"),
        4 => (OffsetStyle::CompactSeconds, "+0000"),
        _ => (OffsetStyle::ColonSeconds, "+00:00"),
    };
    Item::Offset { style, zero: if zulu { "Z" } else { zero } }
}

/// A variable-width number leaves their digits to the fixed-width numbers that follow without a separator.
fn reserve(items: &mut [Item]) {
    for index in 0..items.len() {
        let following: usize = items[index + 1..]
            .iter()
            .map_while(|item| match item {
                Item::Number { min, max, .. } if min == max => Some(*max),
                Item::ShortYear { .. } => Some(2),
                _ => None,
            })
            .sum();
        match &mut items[index] {
            Item::Number { reserved, .. } | Item::ShortYear { reserved } => *reserved = following,
            Item::Optional(inner) => reserve(inner),
            _ => {}
        }
    }
}

fn push_literal(items: &mut Vec<Item>, text: &str) {
    match items.last_mut() {
        Some(Item::Literal(last)) => last.push_str(text),
        _ => items.push(Item::Literal(text.to_string())),
    }
}

fn has_era(letters: &[char]) -> bool {
    let mut quoted = false;
    letters.iter().any(|letter| {
        quoted ^= *letter == '\'';
        *letter == 'G' && !quoted
    })
}

fn expect_readable(items: &[Item]) -> Result<()> {
    for item in items {
        match item {
            Item::Text(Text::Weekday { .. }) => return Err(illegal('E')),
            Item::Text(Text::Quarter { .. }) | Item::Number { field: Number::Quarter, .. } => {
                return Err(illegal('Q'));
            }
            Item::Number { field: Number::AlignedDay, .. } => return Err(illegal('F')),
            Item::Optional(inner) => expect_readable(inner)?,
            _ => {}
        }
    }
    Ok(())
}

fn illegal(letter: char) -> Error {
    invalid(&letter.to_string())
}

fn too_long(pattern: &str) -> Error {
    invalid(pattern)
}

/// Letters that Spark 2 took in any number are a change of behaviour, others are just wrong.
fn invalid(pattern: &str) -> Error {
    let old = pattern.chars().all(|letter| "GyYMLwWDdFEuaHkKhmsSzZX".contains(letter));
    Error::runtime(
        RuntimeClass::Other,
        if old {
            "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION"
        } else {
            "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"
        },
    )
    .with("pattern", format!("'{pattern}'"))
}
