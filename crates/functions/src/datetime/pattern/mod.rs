//! Datetime patterns (`yyyy-MM-dd HH:mm:ss`): compiled once, used to print and to read.
//!
//! ```text
//! text ──compile──► [Item, Item, …] ──format──► "2024-02-29"
//!                                   ◄──parse──
//! ```
//!
//! The nouns: a [`DateTimePattern`] is a compiled pattern, a [`Moment`] what is printed, [`Parsed`] what was
//! read.
//!
//! # Guarantees
//! - Letters, widths and errors are those of Spark's "Datetime Patterns" page; names are English.
//! - Reading is strict: `dd` takes exactly two digits, `d` one or more, and nothing may be left over.
//!
//! # Does not
//! Know week-based letters (`Y`, `w`, `W`, `u`, `e`, `c`), which Spark refuses too.
//!
//! # Where to start
//! [`DateTimePattern::compile`].

mod compile;
mod format;
mod parse;

pub use format::Moment;
pub use parse::Parsed;

/// A compiled datetime pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateTimePattern {
    items: Vec<Item>,
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Literal(String),
    Number {
        field: Number,
        min: usize,
        max: usize,
        /// Digits that the numbers right behind this one need.
        reserved: usize,
    },
    /// `yy`: 2000 to 2099.
    ShortYear {
        reserved: usize,
    },
    /// `S…`: printed with exactly that many digits, read with one to that many.
    Fraction(usize),
    Text(Text),
    /// `VV`
    ZoneId,
    /// `z`
    ZoneName,
    /// `O` and `ZZZZ`: `GMT+8`, `GMT+08:00`.
    LocalizedOffset {
        full: bool,
    },
    /// `X`, `x` and `Z`.
    Offset {
        style: OffsetStyle,
        zero: &'static str,
    },
    /// `[…]`: read if it fits, always printed.
    Optional(Vec<Item>),
}

/// Number fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Year,
    YearOfEra,
    Month,
    Day,
    DayOfYear,
    Quarter,
    /// `F`: the day's place in the month's seven-day rows.
    AlignedDay,
    Hour,
    /// `k`: 1 to 24.
    ClockHour,
    /// `K`: 0 to 11.
    HalfDayHour,
    /// `h`: 1 to 12.
    HalfDayClockHour,
    Minute,
    Second,
}

/// Fields printed as words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Month { full: bool },
    Weekday { full: bool },
    Quarter { full: bool },
    Era { full: bool },
    HalfDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OffsetStyle {
    /// `+08`, `+0830`
    HoursThenMinutes,
    /// `+0830`
    Compact,
    /// `+08:30`
    Colon,
    /// `+083015`, seconds only when there are some.
    CompactSeconds,
    /// `+08:30:15`
    ColonSeconds,
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Monday first.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

/// The long name, or its first three letters.
fn name(names: &'static [&'static str], index: usize, full: bool) -> &'static str {
    if full { names[index] } else { &names[index][..3] }
}
