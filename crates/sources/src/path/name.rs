//! Names of files and folders: which are data, and how partition values are spelled in them.

/// The folder name that stands for a null partition value.
pub(crate) const DEFAULT_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// Whether readers skip a file or folder of that name.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || (name.starts_with('_') && !name.contains('=')) || name.ends_with("._COPYING_")
}

/// A partition value or column name as part of a folder name: what file systems dislike becomes `%XX`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if must_escape(c) {
            out.push_str(&format!("%{:02X}", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

fn must_escape(c: char) -> bool {
    matches!(c, '\u{1}'..='\u{1f}' | '\u{7f}')
        || matches!(c, '"' | '#' | '%' | '\'' | '*' | '/' | ':' | '=' | '?' | '\\' | '{' | '[' | ']' | '^')
}

/// The inverse of [`escape`]; a `%` that starts no pair of hex digits stays.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let code = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) => {
                let mut buffer = [0; 4];
                out.extend_from_slice(char::from(code).encode_utf8(&mut buffer).as_bytes());
                index += 3;
            }
            None => {
                out.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_a_folder_name() {
        for (value, name) in
            [("a/b", "a%2Fb"), ("10:00", "10%3A00"), ("a b", "a b"), ("50%", "50%25"), ("é", "é")]
        {
            assert_eq!(escape(value), name);
            assert_eq!(unescape(name), value);
        }
        assert_eq!(unescape("100%"), "100%");
    }

    #[test]
    fn hidden_names() {
        for (name, expected) in
            [("_SUCCESS", true), (".crc", true), ("_p=1", false), ("a", false), ("x._COPYING_", true)]
        {
            assert_eq!(is_hidden(name), expected, "{name}");
        }
    }
}
