//! Files as tables and as targets of writes.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Fields, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::logical_expr::ScalarUDF;
use functions::datetime::zone::Zone;
use functions::error::from_datafusion;
use lang::ir::Options;
use lang::{Error, Result};
use plan::contract::{OpenRequest, Sink, Sources, Texts, WriteRequest};

use crate::avro::{AvroFormat, AvroOptions};
use crate::csv::{CsvFormat, CsvOptions};
use crate::format::Format;
use crate::inferred::{Inferred, Key};
use crate::json::{JsonFormat, JsonOptions};
use crate::members;
use crate::option::{OptionReader, illegal};
use crate::orc::{OrcFormat, OrcReader};
use crate::parquet::{ParquetReader, with_views};
use crate::path::known::list_known;
use crate::path::listing::{ListOptions, list};
use crate::path::{Listing, Location};
use crate::scan::{Defaults, Tolerance};
use crate::schema::{TableColumns, expect_types, nullable, user_schema};
use crate::store::{Store, Stores};
use crate::table::{FileTable, Reader};
use crate::text::{BinaryFormat, TextFormat};
use crate::write;
use crate::xml::{XmlFormat, XmlOptions};

/// Files of all formats on local disks and S3.
#[derive(Debug, Default)]
pub struct Files {
    pub(crate) stores: Stores,
    inferred: Inferred,
}

/// A format set up by the options of one read.
enum Opened {
    Csv(Arc<CsvOptions>),
    Json(Arc<JsonOptions>),
    Parquet(ParquetReader),
    Text(TextFormat),
    BinaryFile,
    Avro(AvroOptions),
    Orc(OrcReader),
    Xml(Arc<XmlOptions>),
}

impl Files {
    pub fn new() -> Self {
        Files::default()
    }

    fn store(&self, locations: &[Location], options: &Options, conf: &Options) -> Result<Store> {
        let Some((first, rest)) = locations.split_first() else {
            return Err(illegal("'path' is not specified"));
        };
        if rest.iter().any(|location| location.store != first.store) {
            return Err(Error::unsupported("one read from several file systems or buckets"));
        }
        self.stores.find(first, options, conf)
    }

    /// The schema of the files themselves, inferred once as long as they stay as they are.
    async fn infer(
        &self,
        opened: &Opened,
        format: Format,
        request: &OpenRequest,
        session: &dyn Session,
        store: &Store,
        listing: &Listing,
    ) -> Result<Option<SchemaRef>> {
        let key = Key::new(format, request, &listing.files);
        if let Some(known) = key.as_ref().and_then(|key| self.inferred.find(key)) {
            return Ok(Some(known));
        }
        let inferred = opened.infer(session, store, listing).await?;
        if let (Some(key), Some(schema)) = (key, &inferred) {
            self.inferred.keep(key, schema);
        }
        Ok(inferred)
    }
}

impl Opened {
    fn new(format: Format, request: &OpenRequest, zone: Zone) -> Result<Self> {
        let (options, conf) = (&request.options, &request.conf);
        Ok(match format {
            Format::Csv => Opened::Csv(Arc::new(CsvOptions::new(options, conf, zone)?)),
            Format::Json => Opened::Json(Arc::new(JsonOptions::new(options, conf, zone)?)),
            Format::Parquet => Opened::Parquet(ParquetReader::new(options, conf)?),
            Format::Text => Opened::Text(TextFormat::new(options)?),
            Format::BinaryFile => Opened::BinaryFile,
            Format::Xml => Opened::Xml(Arc::new(XmlOptions::new(options, conf, zone)?)),
            Format::Orc => Opened::Orc(OrcReader::new(options, conf)?),
            Format::Avro => Opened::Avro(AvroOptions::new(options)?),
        })
    }

    /// The schema of the files themselves; `None` if there is none to infer it from.
    async fn infer(
        &self,
        session: &dyn Session,
        store: &Store,
        listing: &Listing,
    ) -> Result<Option<SchemaRef>> {
        match self {
            Opened::Text(_) => Ok(Some(TextFormat::schema())),
            Opened::BinaryFile => Ok(Some(BinaryFormat::schema())),
            _ if listing.files.is_empty() => Ok(None),
            Opened::Csv(options) => crate::csv::infer(store, &listing.files, options).await.map(Some),
            Opened::Json(options) => crate::json::infer(store, &listing.files, options).await.map(Some),
            Opened::Xml(options) => crate::xml::infer(store, &listing.files, options).await.map(Some),
            Opened::Orc(reader) => reader.infer(store, &listing.files).await.map(Some),
            Opened::Avro(options) => crate::avro::infer(store, &listing.files, options).await.map(Some),
            Opened::Parquet(reader) => reader.infer(session, store, &listing.files).await.map(Some),
        }
    }

    fn expect_types(&self, fields: &Fields) -> Result<()> {
        match self {
            Opened::Csv(_) => expect_types("CSV", fields, |f| crate::value::is_supported(f.data_type())),
            Opened::Json(_) => expect_types("JSON", fields, |f| crate::json::is_supported(f.data_type())),
            Opened::Parquet(_) | Opened::Avro(_) | Opened::Orc(_) => Ok(()),
            Opened::Xml(_) => expect_types("XML", fields, |f| crate::xml::is_supported(f.data_type())),
            Opened::Text(_) => TextFormat::expect_schema(fields),
            Opened::BinaryFile => BinaryFormat::expect_schema(fields),
        }
    }

    fn reader(self) -> Reader {
        match self {
            Opened::Csv(options) => Reader::Records(Arc::new(CsvFormat { options })),
            Opened::Json(options) => Reader::Records(Arc::new(JsonFormat { options })),
            Opened::Text(format) => Reader::Records(Arc::new(format)),
            Opened::BinaryFile => Reader::Records(Arc::new(BinaryFormat)),
            Opened::Xml(options) => Reader::Records(Arc::new(XmlFormat { options })),
            Opened::Orc(_) => Reader::Records(Arc::new(OrcFormat)),
            Opened::Avro(options) => Reader::Records(Arc::new(AvroFormat { options })),
            Opened::Parquet(_) => Reader::Parquet,
        }
    }
}

#[async_trait]
impl Sources for Files {
    fn expect_format(&self, format: &str) -> Result<()> {
        Format::find(format).map(drop)
    }

    async fn open(&self, request: &OpenRequest, session: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        let format = Format::find(&request.format)?;
        let zone = session_zone(&request.conf)?;
        let opened = Opened::new(format, request, zone)?;
        let locations = locations(request)?;
        let store = self.store(&locations, &request.options, &request.conf)?;
        store.register(session.runtime_env());
        let infer_types = request
            .conf
            .get("spark.sql.sources.partitionColumnTypeInference.enabled")
            .is_none_or(|value| value.eq_ignore_ascii_case("true"));
        let read = OptionReader::new(&request.format, &request.options);
        let options = ListOptions::new(&read, infer_types, zone)?;
        let tolerance = Tolerance::new(&read, &request.conf)?;
        if format == Format::Parquet && tolerance != Tolerance::default() {
            return Err(Error::unsupported("ignoreCorruptFiles and ignoreMissingFiles for Parquet files"));
        }
        let mut listing = match &request.partitions {
            Some(known) => list_known(&store, &locations, known, &options).await?,
            None => list(&store, &locations, &options).await?,
        };
        let data = match &request.schema {
            Some(schema) => {
                listing.partitions.take_types(schema);
                user_schema(schema, &listing.partitions)?
            }
            None => {
                let inferred = self.infer(&opened, format, request, session, &store, &listing).await?;
                let inferred = inferred.ok_or_else(|| {
                    Error::analysis("UNABLE_TO_INFER_SCHEMA").with("format", format.shown())
                })?;
                Schema::new(inferred.fields().iter().map(nullable).collect::<Fields>())
            }
        };
        opened.expect_types(data.fields())?;
        let views = session.config_options().execution.parquet.schema_force_view_types;
        let data = if format == Format::Parquet && views { with_views(&data) } else { data };
        crate::schema::expect_unique(data.fields().iter().map(|field| field.name().as_str()))?;
        let of_rows = if format == Format::Parquet { vec![members::row_index()] } else { Vec::new() };
        let table = TableColumns::new(&data, &listing.partitions, members::of_files(), of_rows);
        let files = partitioned_files(&store, &listing, zone)?;
        let TableColumns { columns, schema, places } = table;
        let defaults = fitted(&request.defaults, columns.file_schema())?;
        let reader = opened.reader();
        Ok(Arc::new(FileTable { reader, tolerance, store, files, columns, schema, places, defaults }))
    }

    async fn sink(
        &self,
        request: &WriteRequest,
        schema: SchemaRef,
        session: &dyn Session,
    ) -> Result<Option<Arc<dyn Sink>>> {
        if request.format.eq_ignore_ascii_case("noop") {
            return Ok(Some(write::noop()));
        }
        let target = Location::parse(&request.path)?;
        let store = self.stores.find(&target, &request.options, &request.conf)?;
        store.register(session.runtime_env());
        write::sink(request, schema, target, store).await
    }

    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>> {
        crate::parse::parser(request, texts)
    }

    async fn remove(&self, path: &str, conf: &Options) -> Result<()> {
        let target = Location::parse(path)?;
        let store = self.stores.find(&target, &Options::new(), conf)?;
        write::remove(&store, &target).await
    }
}

fn locations(request: &OpenRequest) -> Result<Vec<Location>> {
    let option = request.options.get("path");
    let paths: Vec<&String> =
        if request.paths.is_empty() { option.into_iter().collect() } else { request.paths.iter().collect() };
    paths.into_iter().map(|path| Location::parse(path)).collect()
}

/// The session's time zone; UTC when none is set.
pub(crate) fn session_zone(conf: &Options) -> Result<Zone> {
    conf.get("spark.sql.session.timeZone").map_or(Ok(Zone::UTC), |text| Zone::parse(text))
}

fn partitioned_files(store: &Store, listing: &Listing, zone: Zone) -> Result<Vec<PartitionedFile>> {
    listing
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            let mut values = listing.partitions.scalars(index, zone)?;
            values.extend(members::values(store, file));
            Ok(PartitionedFile::new_from_meta(file.meta.clone()).with_partition_values(values))
        })
        .collect()
}

/// Defaults of the types that the columns of files are read as.
fn fitted(defaults: &[(String, ScalarValue)], schema: &Schema) -> Result<Defaults> {
    let mut fitted = HashMap::new();
    for (name, value) in defaults.iter().filter(|(_, value)| !value.is_null()) {
        if let Ok(field) = schema.field_with_name(name) {
            let value = value.cast_to(field.data_type()).map_err(from_datafusion)?;
            fitted.insert(name.clone(), value);
        }
    }
    Ok(Arc::new(fitted))
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
