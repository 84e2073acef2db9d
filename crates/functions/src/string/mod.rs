//! String, binary and regular-expression functions.
//!
//! ```text
//! case length pad trim          one string at a time      pattern  Java's regex text -> fancy_regex's
//! substring search concat       parts and positions       regex    compiled once, Java's way through matches
//! format_* java_number          numbers as text           regexp*  like
//! charset encoding base64       bytes and text
//! ```
//!
//! Guarantees: positions count characters, from 1, as in Spark; patterns mean what Java makes of them or are refused.
//! Does not: collations other than `UTF8_BINARY`. Start with [`case`] for the shape of a function.

use crate::Definition;

mod base32;
pub(crate) mod base64;
mod case;
mod charset;
mod concat;
mod distance;
mod encoding;
mod format_number;
mod format_string;
mod jaro_winkler;
pub(crate) mod java_number;
mod length;
mod like;
mod number_pattern;
mod pad;
mod pattern;
mod regex;
mod regexp;
mod regexp_replace;
mod replace;
mod search;
mod sentences;
mod split_part;
mod substring;
mod to_number;
mod trim;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["ascii"], encoding::ascii),
        Definition::scalar(&["base64"], encoding::encode_base64),
        Definition::scalar(&["bit_length"], length::bit_length),
        Definition::scalar(&["btrim"], trim::btrim),
        Definition::scalar(&["char", "chr"], encoding::chr),
        Definition::scalar(&["collate"], encoding::collate),
        Definition::scalar(&["collation"], encoding::collation),
        Definition::scalar(&["concat"], concat::concat),
        Definition::scalar(&["concat_ws"], concat::concat_ws),
        Definition::scalar(&["contains"], search::contains),
        Definition::scalar(&["decode"], charset::decode),
        Definition::scalar(&["elt"], concat::elt),
        Definition::scalar(&["encode"], charset::encode),
        Definition::scalar(&["endswith"], search::endswith),
        Definition::scalar(&["find_in_set"], search::find_in_set),
        Definition::scalar(&["format_number"], format_number::format_number),
        Definition::scalar(&["format_string", "printf"], format_string::format_string),
        Definition::scalar(&["ilike"], like::ilike),
        Definition::scalar(&["initcap"], case::initcap),
        Definition::scalar(&["instr"], search::instr),
        Definition::scalar(&["is_valid_utf8"], encoding::is_valid_utf8),
        Definition::scalar(&["left"], substring::left),
        Definition::scalar(&["length", "char_length", "character_length", "len"], length::length),
        Definition::scalar(&["from_base32"], base32::decode),
        Definition::scalar(&["jaro_winkler_similarity"], jaro_winkler::jaro_winkler),
        Definition::scalar(&["levenshtein"], distance::levenshtein),
        Definition::scalar(&["like"], like::like),
        Definition::scalar(&["locate", "position"], search::locate),
        Definition::scalar(&["lower", "lcase"], case::lower),
        Definition::scalar(&["lpad"], pad::lpad),
        Definition::scalar(&["ltrim"], trim::ltrim),
        Definition::scalar(&["luhn_check"], distance::luhn_check),
        Definition::scalar(&["make_valid_utf8"], encoding::make_valid_utf8),
        Definition::scalar(&["mask"], replace::mask),
        Definition::scalar(&["octet_length"], length::octet_length),
        Definition::scalar(&["overlay"], search::overlay),
        Definition::scalar(&["quote"], encoding::quote),
        Definition::scalar(&["regexp_count"], regexp::regexp_count),
        Definition::scalar(&["regexp_extract"], regexp::regexp_extract),
        Definition::scalar(&["regexp_extract_all"], regexp::regexp_extract_all),
        Definition::scalar(&["regexp_instr"], regexp::regexp_instr),
        Definition::scalar(&["regexp_replace"], regexp_replace::regexp_replace),
        Definition::scalar(&["regexp_substr"], regexp::regexp_substr),
        Definition::scalar(&["repeat"], pad::repeat),
        Definition::scalar(&["replace"], replace::replace),
        Definition::scalar(&["reverse"], concat::reverse),
        Definition::scalar(&["right"], substring::right),
        Definition::scalar(&["rlike", "regexp", "regexp_like"], regexp::rlike),
        Definition::scalar(&["rpad"], pad::rpad),
        Definition::scalar(&["rtrim"], trim::rtrim),
        Definition::scalar(&["sentences"], sentences::sentences),
        Definition::scalar(&["soundex"], distance::soundex),
        Definition::scalar(&["space"], pad::space),
        Definition::scalar(&["split"], regexp::split),
        Definition::scalar(&["split_part"], split_part::split_part),
        Definition::scalar(&["startswith"], search::startswith),
        Definition::scalar(&["substring", "substr"], substring::substring),
        Definition::scalar(&["substring_index"], search::substring_index),
        Definition::scalar(&["to_binary"], encoding::to_binary),
        Definition::scalar(&["to_char", "to_varchar"], to_number::to_char),
        Definition::scalar(&["to_number"], to_number::to_number),
        Definition::scalar(&["translate"], replace::translate),
        Definition::scalar(&["trim"], trim::trim),
        Definition::scalar(&["try_to_binary"], encoding::try_to_binary),
        Definition::scalar(&["try_to_number"], to_number::try_to_number),
        Definition::scalar(&["try_validate_utf8"], encoding::try_validate_utf8),
        Definition::scalar(&["to_base32"], base32::encode),
        Definition::scalar(&["unbase64"], encoding::unbase64),
        Definition::scalar(&["upper", "ucase"], case::upper),
        Definition::scalar(&["validate_utf8"], encoding::validate_utf8),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
