//! Texts in a column as rows: a function from a text to the list of its rows.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, RecordBatch, StringArray, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use lang::{Error, Result};
use plan::contract::{OpenRequest, Texts};

use crate::csv::{CsvOptions, CsvTexts};
use crate::error::external;
use crate::files::session_zone;
use crate::format::Format;
use crate::json::JsonOptions;
use crate::mode::Mode;
use crate::path::Partitions;
use crate::schema::{nullable, user_schema};
use crate::xml::{XmlOptions, XmlTexts};

/// What makes rows of texts.
pub(crate) trait TextRows: Debug + Send + Sync {
    fn rows(&self, texts: &StringArray) -> Result<EachText>;
}

/// The rows of some texts, one text after the other.
#[derive(Debug)]
pub(crate) struct EachText {
    batch: RecordBatch,
    /// How many rows each text has.
    counts: Vec<usize>,
    /// Which rows stay; all of them if there is none.
    keep: Option<Vec<bool>>,
}

impl EachText {
    /// `bad` says which rows are malformed: one mode drops them.
    pub(crate) fn new(batch: RecordBatch, counts: Vec<usize>, bad: &[bool], mode: Mode) -> Self {
        let keep = (mode == Mode::DropMalformed && bad.contains(&true))
            .then(|| bad.iter().map(|bad| !bad).collect());
        EachText { batch, counts, keep }
    }

    /// The rows as one list of structs a text.
    fn lists(mut self, element: &FieldRef) -> Result<ListArray> {
        let failed = |e| Error::internal(format!("rows of texts: {e}"));
        if let Some(keep) = self.keep {
            let mut rows = keep.iter();
            for count in &mut self.counts {
                *count = rows.by_ref().take(*count).filter(|keep| **keep).count();
            }
            self.batch = filter_record_batch(&self.batch, &BooleanArray::from(keep)).map_err(failed)?;
        }
        let offsets = OffsetBuffer::from_lengths(self.counts);
        let rows = self.batch.num_rows();
        let structs = match self.batch.num_columns() {
            0 => StructArray::new_empty_fields(rows, None),
            _ => StructArray::from(self.batch),
        };
        ListArray::try_new(Arc::clone(element), offsets, Arc::new(structs), None).map_err(failed)
    }
}

/// The function that a request asks for.
///
/// # Errors
/// Malformed options, types that the format has not; formats whose records are no texts.
pub(crate) fn parser(request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>> {
    let zone = session_zone(&request.conf)?;
    let (options, conf) = (&request.options, &request.conf);
    let given = match &request.schema {
        Some(schema) => Some(Arc::new(user_schema(schema, &Partitions::default())?)),
        None => None,
    };
    let all = |limit| -> Result<Vec<StringArray>> { Ok(texts(limit)?.iter().filter_map(strings).collect()) };
    let (schema, rows): (SchemaRef, Arc<dyn TextRows>) = match Format::find(&request.format)? {
        Format::Json => {
            let options = JsonOptions::new(options, conf, zone)?;
            let schema = match given {
                Some(schema) => schema,
                None => crate::json::infer_arrays(&all(None)?, &options)?,
            };
            crate::schema::expect_types("JSON", schema.fields(), |f| {
                crate::json::is_supported(f.data_type())
            })?;
            (Arc::clone(&schema), Arc::new(JsonTexts { schema, options }))
        }
        Format::Csv => {
            let options = Arc::new(CsvOptions::new(options, conf, zone)?);
            let first = |texts: &[StringArray]| crate::csv::first_text(texts, &options).map(str::to_string);
            let (schema, first) = match given {
                Some(schema) if !options.header => (schema, None),
                Some(schema) => (schema, first(&all(None)?)),
                None => {
                    let texts = all(None)?;
                    (crate::csv::infer_texts(&texts, &options)?, first(&texts))
                }
            };
            crate::schema::expect_types("CSV", schema.fields(), |f| {
                crate::value::is_supported(f.data_type())
            })?;
            let header = first.filter(|_| options.header);
            (Arc::clone(&schema), Arc::new(CsvTexts { options, schema, header }))
        }
        Format::Xml => {
            let options = Arc::new(XmlOptions::new(options, conf, zone)?);
            let schema = match given {
                Some(schema) => schema,
                None => {
                    let texts = all(None)?;
                    crate::xml::infer_texts(texts.iter().flat_map(|t| t.iter().flatten()), &options)?
                }
            };
            crate::schema::expect_types("XML", schema.fields(), |f| crate::xml::is_supported(f.data_type()))?;
            (Arc::clone(&schema), Arc::new(XmlTexts { options, schema }))
        }
        other => return Err(Error::unsupported(format!("parsing texts as {}", other.shown()))),
    };
    crate::schema::expect_unique(schema.fields().iter().map(|field| field.name().as_str()))?;
    Ok(Arc::new(ScalarUDF::new_from_impl(Parser::new(rows, &schema))))
}

/// The texts of a batch of one column.
fn strings(batch: &RecordBatch) -> Option<StringArray> {
    as_strings(batch.columns().first()?)
}

fn as_strings(array: &ArrayRef) -> Option<StringArray> {
    arrow::compute::cast(array, &DataType::Utf8).ok()?.as_string_opt::<i32>().cloned()
}

#[derive(Debug)]
struct JsonTexts {
    schema: SchemaRef,
    options: JsonOptions,
}

impl TextRows for JsonTexts {
    fn rows(&self, texts: &StringArray) -> Result<EachText> {
        crate::json::decode_each(texts, &self.schema, &self.options)
    }
}

/// The function; equal only to itself.
#[derive(Debug)]
struct Parser {
    rows: Arc<dyn TextRows>,
    element: FieldRef,
    signature: Signature,
}

impl Parser {
    fn new(rows: Arc<dyn TextRows>, schema: &Schema) -> Self {
        let fields: Fields = schema.fields().iter().map(nullable).collect();
        let element = Arc::new(Field::new("element", DataType::Struct(fields), false));
        Parser { rows, element, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for Parser {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rows, &other.rows)
    }
}

impl Eq for Parser {}

impl Hash for Parser {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.element.hash(state);
    }
}

impl ScalarUDFImpl for Parser {
    fn name(&self) -> &str {
        "parse"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::List(Arc::clone(&self.element)))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> DataFusionResult<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), DataType::List(Arc::clone(&self.element)), false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let texts = ColumnarValue::values_to_arrays(&args.args)?;
        let texts = texts.first().and_then(as_strings);
        let texts = texts.ok_or_else(|| external(Error::internal("a parser takes strings")))?;
        let lists = self.rows.rows(&texts).and_then(|rows| rows.lists(&self.element)).map_err(external)?;
        debug_assert_eq!(lists.len(), texts.len());
        Ok(ColumnarValue::Array(Arc::new(lists)))
    }
}
