//! What is JSON, by default and with options.

use super::*;

fn accepts(text: &str, syntax: Syntax) -> bool {
    matches!(Tape::default().parse(text.as_bytes(), 0, text.len(), syntax), Ok(Some(_)))
}

#[test]
fn what_is_json() {
    for (text, expected) in [
        (r#"{"a":1,"b":[true,null,{"c":-1.5e3}]}"#, true),
        (r#"{'a':'b'}"#, true),
        (r#"{"a":NaN,"b":-Infinity}"#, true),
        (r#" {} "#, true),
        (r#"[]"#, true),
        (r#"{"a":1} trailing"#, true),
        (r#"{"a":1"#, false),
        (r#"{"a":1,}"#, false),
        (r#"{"a" 1}"#, false),
        (r#"{a:1}"#, false),
        (r#"[1,]"#, false),
        (r#"{"a":01}"#, false),
        (r#"{"a":1.}"#, false),
        (r#"{"a":+1}"#, false),
        (r#"{"a":"\x"}"#, false),
        ("{\"a\":\"\n\"}", false),
        (r#"{"a":tru}"#, false),
        (r#"[1}"#, false),
    ] {
        assert_eq!(accepts(text, Syntax::default()), expected, "{text}");
    }
}

#[test]
fn what_options_allow() {
    let base = Syntax::default();
    for (text, syntax) in [
        ("{a_1:1}", Syntax { unquoted_names: true, ..base }),
        ("{\"a\":01}", Syntax { leading_zeros: true, ..base }),
        ("{\"a\":\"\\x\"}", Syntax { any_escape: true, ..base }),
        ("{\"a\":\"\t\"}", Syntax { control_characters: true, ..base }),
        ("/* x */{\"a\":1 // y\n}", Syntax { comments: true, ..base }),
    ] {
        assert!(accepts(text, syntax), "{text}");
        assert!(!accepts(text, base), "{text}");
    }
}

#[test]
fn strings_are_unescaped() {
    let text = r#""a\"\\\n\u00e9\ud83d\ude00b""#;
    let mut tape = Tape::default();
    assert_eq!(tape.parse(text.as_bytes(), 0, text.len(), Syntax::default()), Ok(Some(0)));
    assert_eq!(tape.text(text.as_bytes(), tape.node(0)), "a\"\\\né😀b".as_bytes());
}

#[test]
fn deep_nesting_is_refused() {
    let text = "[".repeat(5000);
    assert!(!accepts(&text, Syntax::default()));
}
