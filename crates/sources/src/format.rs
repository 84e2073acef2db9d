//! The file formats by name.

use lang::{Error, ErrorKind, Result};

/// A file format that is read and written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Json,
    Parquet,
    Text,
    BinaryFile,
    Avro,
    Orc,
    Xml,
}

impl Format {
    /// # Errors
    /// `DATA_SOURCE_NOT_FOUND`; formats Spark has and Firesteel has not, by name.
    pub(crate) fn find(name: &str) -> Result<Self> {
        match name.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            "parquet" => Ok(Format::Parquet),
            "text" => Ok(Format::Text),
            "binaryfile" => Ok(Format::BinaryFile),
            "xml" | "com.databricks.spark.xml" => Ok(Format::Xml),
            "orc" => Ok(Format::Orc),
            "avro" | "com.databricks.spark.avro" => Ok(Format::Avro),
            known @ ("jdbc" | "delta" | "kafka" | "socket" | "rate" | "image" | "libsvm" | "hive"
            | "noop" | "console" | "memory" | "iceberg" | "hudi" | "statestore"
            | "state-metadata") => Err(Error::unsupported(format!("the data source {known}"))),
            _ => Err(Error::new(ErrorKind::Analysis, "DATA_SOURCE_NOT_FOUND").with("provider", name)),
        }
    }

    /// The name error messages use.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::Json => "JSON",
            Format::Parquet => "Parquet",
            Format::Text => "Text",
            Format::BinaryFile => "BinaryFile",
            Format::Avro => "Avro",
            Format::Orc => "ORC",
            Format::Xml => "XML",
        }
    }
}
