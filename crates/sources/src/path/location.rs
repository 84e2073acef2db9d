//! Where a path text points: a store and an absolute path in it.

use std::fmt;

use lang::{Error, Result};

/// The store a path lives in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum StoreName {
    Local,
    S3 { scheme: String, bucket: String },
}

/// An absolute path (or glob) in a store. `path` starts with `/` and ends with none, except for the root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Location {
    pub store: StoreName,
    pub path: String,
}

impl Location {
    /// # Errors
    /// Unknown file systems by name; relative paths when there is no working folder.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let Some((scheme, rest)) = split_scheme(text) else { return local(text) };
        match scheme.to_ascii_lowercase().as_str() {
            "file" => local(rest.strip_prefix("//").map_or(rest, after_host)),
            "s3" | "s3a" | "s3n" => {
                let rest = rest.strip_prefix("//").unwrap_or(rest);
                let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
                if bucket.is_empty() {
                    return Err(Error::analysis("PATH_NOT_FOUND").with("path", text));
                }
                let store = StoreName::S3 { scheme: scheme.to_string(), bucket: bucket.to_string() };
                Ok(Location { store, path: normalize(path) })
            }
            other => Err(Error::unsupported(format!("the file system `{other}`"))),
        }
    }

    /// The same store, another path.
    pub(crate) fn at(&self, path: impl Into<String>) -> Self {
        Location { store: self.store.clone(), path: path.into() }
    }

    pub(crate) fn child(&self, name: &str) -> Self {
        let parent = self.path.trim_end_matches('/');
        self.at(format!("{parent}/{name}"))
    }

    /// The path as object stores write it: no slash in front.
    pub(crate) fn key(&self) -> &str {
        self.path.trim_start_matches('/')
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.store {
            StoreName::Local => write!(f, "file:{}", self.path),
            StoreName::S3 { scheme, bucket } => write!(f, "{scheme}://{bucket}{}", self.path),
        }
    }
}

/// `scheme:rest`, where a scheme has two letters or more and stands before any slash.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let named = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    (named && rest.starts_with('/')).then_some((scheme, rest))
}

fn after_host(rest: &str) -> &str {
    rest.find('/').map_or("/", |slash| &rest[slash..])
}

fn local(path: &str) -> Result<Location> {
    let absolute = if path.starts_with('/') {
        path.to_string()
    } else {
        let folder = std::env::current_dir()
            .map_err(|e| crate::error::unreadable(path, &format!("no working folder: {e}")))?;
        format!("{}/{path}", folder.to_string_lossy())
    };
    Ok(Location { store: StoreName::Local, path: normalize(&absolute) })
}

/// One slash between names, `.` and `..` resolved.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_paths() {
        for (text, shown) in [
            ("/a/b", "file:/a/b"),
            ("/a//b/../c/", "file:/a/c"),
            ("file:/a/b", "file:/a/b"),
            ("file:///a/b", "file:/a/b"),
            ("/a/x:y", "file:/a/x:y"),
            ("s3a://bucket/a/b/", "s3a://bucket/a/b"),
            ("s3://bucket", "s3://bucket/"),
            ("/", "file:/"),
        ] {
            assert_eq!(Location::parse(text).map(|l| l.to_string()).unwrap_or_default(), shown, "{text}");
        }
        assert!(Location::parse("hdfs://host/a").is_err());
    }
}
