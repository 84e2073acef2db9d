//! S3 by Hadoop's `fs.s3a.*` settings, with the `AWS_*` environment behind them.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use lang::ir::Options;
use lang::{Error, Result};
use object_store::aws::AmazonS3Builder;

use super::Store;
use crate::option::illegal;

/// Everything that makes one S3 store differ from another.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct S3Settings {
    pub bucket: String,
    endpoint: Option<String>,
    region: Option<String>,
    access_key: Option<String>,
    secret_key: Option<String>,
    session_token: Option<String>,
    path_style: bool,
    ssl: bool,
}

impl fmt::Debug for S3Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Settings")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

impl S3Settings {
    pub(super) fn new(bucket: &str, options: &Options, conf: &Options) -> Result<Self> {
        let get = |name: &str| setting(name, bucket, options, conf);
        let flag = |name: &str, default: bool| match get(name).as_deref() {
            None => Ok(default),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(other) => Err(illegal(format!("fs.s3a.{name} should be true or false. Found {other}"))),
        };
        Ok(S3Settings {
            bucket: bucket.to_string(),
            endpoint: get("endpoint"),
            region: get("endpoint.region"),
            access_key: get("access.key"),
            secret_key: get("secret.key"),
            session_token: get("session.token"),
            path_style: flag("path.style.access", false)?,
            ssl: flag("connection.ssl.enabled", true)?,
        })
    }

    /// The store, under the bucket's plain URL or one of its own.
    ///
    /// # Errors
    /// Whatever the builder refuses, named with the bucket.
    pub(super) fn build(&self, plain: bool) -> Result<Store> {
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(&self.bucket);
        if let Some(endpoint) = self.endpoint_url() {
            builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        } else if std::env::var_os("AWS_REGION").is_none() && std::env::var_os("AWS_DEFAULT_REGION").is_none()
        {
            builder = builder.with_region("us-east-1");
        }
        if let (Some(key), Some(secret)) = (&self.access_key, &self.secret_key) {
            builder = builder.with_access_key_id(key).with_secret_access_key(secret);
        }
        if let Some(token) = &self.session_token {
            builder = builder.with_token(token);
        }
        let virtual_host = !self.path_style && self.endpoint.is_none();
        let store = builder
            .with_virtual_hosted_style_request(virtual_host)
            .build()
            .map_err(|e| illegal(format!("no S3 store for the bucket {}: {e}", self.bucket)))?;
        Ok(Store { url: self.url(plain)?, object: Arc::new(store), local: false })
    }

    /// The endpoint with a scheme; bare hosts get the one that `connection.ssl.enabled` says.
    fn endpoint_url(&self) -> Option<String> {
        let endpoint = self.endpoint.as_ref()?;
        if endpoint.contains("://") {
            return Some(endpoint.trim_end_matches('/').to_string());
        }
        let scheme = if self.ssl { "https" } else { "http" };
        Some(format!("{scheme}://{endpoint}"))
    }

    /// `s3a://bucket`, or with a number that tells these settings from others of the bucket.
    fn url(&self, plain: bool) -> Result<ObjectStoreUrl> {
        let text = if plain {
            format!("s3a://{}", self.bucket)
        } else {
            let mut hasher = DefaultHasher::new();
            self.hash(&mut hasher);
            format!("s3a-{:016x}://{}", hasher.finish(), self.bucket)
        };
        ObjectStoreUrl::parse(&text).map_err(|e| Error::internal(format!("bucket name {}: {e}", self.bucket)))
    }
}

/// A setting, the most specific first: of the read, of the bucket, of the session.
fn setting(name: &str, bucket: &str, options: &Options, conf: &Options) -> Option<String> {
    let own = [format!("fs.s3a.{name}"), format!("spark.hadoop.fs.s3a.{name}")];
    let of_bucket = format!("spark.hadoop.fs.s3a.bucket.{bucket}.{name}");
    own.iter()
        .find_map(|key| options.get(key))
        .or_else(|| conf.get(&of_bucket))
        .or_else(|| own.iter().find_map(|key| conf.get(key)))
        .filter(|value| !value.is_empty())
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, &str)]) -> Options {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn the_most_specific_setting_wins() {
        let conf = options(&[
            ("spark.hadoop.fs.s3a.access.key", "session"),
            ("spark.hadoop.fs.s3a.secret.key", "s"),
            ("spark.hadoop.fs.s3a.bucket.b.access.key", "bucket"),
        ]);
        let own = options(&[("fs.s3a.secret.key", "own")]);
        let settings = S3Settings::new("b", &own, &conf).unwrap_or_default();
        assert_eq!(settings.access_key.as_deref(), Some("bucket"));
        assert_eq!(settings.secret_key.as_deref(), Some("own"));
        assert!(!format!("{settings:?}").contains("own"));
    }

    #[test]
    fn endpoints_get_a_scheme() {
        let conf = options(&[
            ("spark.hadoop.fs.s3a.endpoint", "localhost:9000"),
            ("spark.hadoop.fs.s3a.connection.ssl.enabled", "false"),
        ]);
        let settings = S3Settings::new("b", &Options::new(), &conf).unwrap_or_default();
        assert_eq!(settings.endpoint_url().as_deref(), Some("http://localhost:9000"));
    }
}
