//! The words that stand for a day or an instant when they are cast as constants: `epoch`, `now`, `today` …

use datafusion::common::ScalarValue;
use lang::DataType as Spark;

use super::calendar::MICROS_PER_DAY;
use super::parse_number::trim;
use super::zone::Zone;

/// The value a special word has as `target`, at the instant `now_micros`; `None` for every other text.
pub(super) fn fold(
    literal: &ScalarValue,
    target: &Spark,
    zone: Zone,
    now_micros: i64,
) -> Option<ScalarValue> {
    let text = match literal {
        ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)) => trim(text),
        _ => return None,
    };
    if !matches!(target, Spark::Date | Spark::Timestamp | Spark::TimestampNtz) {
        return None;
    }
    let (word, zone) = match text.split_once(char::is_whitespace) {
        Some((word, id)) => (word, Zone::find(id.trim())?),
        None => (text, zone),
    };
    let today = zone.to_local(now_micros).div_euclid(MICROS_PER_DAY);
    let days = match word.to_ascii_lowercase().as_str() {
        "epoch" => 0,
        "now" | "today" => today,
        "tomorrow" => today + 1,
        "yesterday" => today - 1,
        _ => return None,
    };
    let now = word.eq_ignore_ascii_case("now");
    let local = if now { zone.to_local(now_micros) } else { days * MICROS_PER_DAY };
    Some(match target {
        Spark::Date => ScalarValue::Date32(Some(i32::try_from(days).ok()?)),
        Spark::TimestampNtz => ScalarValue::TimestampMicrosecond(Some(local), None),
        _ => {
            let instant = match word.eq_ignore_ascii_case("epoch") {
                true => 0,
                false if now => now_micros,
                false => zone.to_instant(local),
            };
            ScalarValue::TimestampMicrosecond(Some(instant), Some("UTC".into()))
        }
    })
}
