//! The one public error: what the caller should do, and Spark's condition with its parameters.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Place, QueryContext, conditions};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller can do about an error; decides the exception class on the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not the language. Change the text. (`ParseException`)
    Parse,
    /// The statement has no meaning here: unknown names, wrong types. Change the statement. (`AnalysisException`)
    Analysis,
    /// A value made an expression fail: division by zero, bad cast. Change data or expression.
    Runtime(RuntimeClass),
    /// A Python function failed. Read its traceback. (`PythonException`)
    Python,
    /// A file, table or path is in the wrong state outside. (`SparkException` and friends)
    Data,
    /// Known to Spark, not (yet) to Firesteel. Use something else. (`UnsupportedOperationException`)
    Unsupported,
    /// The request itself is malformed. (`IllegalArgumentException`)
    InvalidArgument,
    /// The query was interrupted by its owner.
    Cancelled,
    /// A limit was hit: memory, disk, queue. Retry with less or raise the limit.
    Resources,
    /// A bug in Firesteel. Report it.
    Internal,
}

/// The JVM exception family Spark uses for a runtime error; clients map these to Python classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeClass {
    Arithmetic,
    ArrayIndexOutOfBounds,
    DateTime,
    NumberFormat,
    /// Everything else: `SparkRuntimeException`.
    Other,
}

/// One error: kind, Spark's error condition (`DIVIDE_BY_ZERO`, `UNRESOLVED_COLUMN.WITH_SUGGESTION`), parameters and context.
///
/// `Display` prints Spark's form: `[CONDITION] message SQLSTATE: xxxxx`, and the place the error points at.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ErrorKind,
    condition: String,
    parameters: BTreeMap<String, String>,
    message: Option<String>,
    context: Vec<QueryContext>,
    placeless: bool,
}

impl Error {
    /// An error of `condition`; its message comes from the template in [`conditions`].
    pub fn new(kind: ErrorKind, condition: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            condition: condition.into(),
            parameters: BTreeMap::new(),
            message: None,
            context: Vec::new(),
            placeless: false,
        }))
    }

    pub fn parse(condition: impl Into<String>) -> Self {
        Error::new(ErrorKind::Parse, condition)
    }

    pub fn analysis(condition: impl Into<String>) -> Self {
        Error::new(ErrorKind::Analysis, condition)
    }

    pub fn runtime(class: RuntimeClass, condition: impl Into<String>) -> Self {
        Error::new(ErrorKind::Runtime(class), condition)
    }

    /// A feature Spark has and Firesteel refuses by name.
    pub fn unsupported(feature: impl Into<String>) -> Self {
        Error::new(ErrorKind::Unsupported, "NOT_SUPPORTED_BY_FIRESTEEL").with("feature", feature)
    }

    /// A bug: something that cannot happen did.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Internal, "INTERNAL_ERROR").with("message", message)
    }

    /// Adds one message parameter.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.parameters.insert(name.to_string(), value.into());
        self
    }

    /// Replaces the templated message by `message`.
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Whether the text could not be read at all; such errors carry no context for clients.
    pub fn is_syntax(&self) -> bool {
        self.0.kind == ErrorKind::Parse && is_syntax(&self.0.condition)
    }

    pub fn with_context(mut self, context: QueryContext) -> Self {
        self.0.context.push(context);
        self
    }

    /// Points at `place`, unless the error points somewhere already or is placeless.
    pub fn at(self, place: &Place) -> Self {
        if !self.0.context.is_empty() || self.0.placeless {
            return self;
        }
        match place.context() {
            Some(context) => self.with_context(context),
            None => self,
        }
    }

    /// An error that Spark points at nothing for, wherever it comes from.
    pub fn placeless(mut self) -> Self {
        self.0.placeless = true;
        self
    }

    /// Whether Spark gives a place with this error of a value; it does even where nothing is known of the place.
    pub fn tells_place(&self) -> bool {
        !self.0.placeless && matches!(self.0.kind, ErrorKind::Runtime(_)) && tells_place(&self.0.condition)
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    pub fn condition(&self) -> &str {
        &self.0.condition
    }

    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0.parameters
    }

    pub fn context(&self) -> &[QueryContext] {
        &self.0.context
    }

    pub fn sql_state(&self) -> Option<&'static str> {
        conditions::find(&self.0.condition).map(|c| c.sql_state)
    }

    /// The message without condition and SQLSTATE, its `<parameters>` filled in.
    pub fn message(&self) -> String {
        match (&self.0.message, conditions::find(&self.0.condition)) {
            (Some(message), _) => message.clone(),
            (None, Some(condition)) => conditions::fill(condition.message, &self.0.parameters),
            (None, None) => {
                self.0.parameters.iter().map(|(k, v)| format!("{k}: {v}")).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.0.condition, self.message())?;
        if let Some(state) = self.sql_state() {
            write!(f, " SQLSTATE: {state}")?;
        }
        for context in &self.0.context {
            match self.0.kind {
                ErrorKind::Parse if is_whole_text(&self.0.condition) => f.write_str(&context.whole_text())?,
                ErrorKind::Parse if is_syntax(&self.0.condition) => f.write_str(&context.syntax())?,
                ErrorKind::Analysis => f.write_str(&context.short())?,
                _ => write!(f, "\n{}", context.summary())?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Errors of the parser itself rather than of something it read: Spark shows the whole text for them.
fn is_syntax(condition: &str) -> bool {
    matches!(condition, "PARSE_SYNTAX_ERROR" | "PARSE_EMPTY_STATEMENT" | "INVALID_IDENTIFIER")
        || is_whole_text(condition)
}

/// Those of them that name no line.
fn is_whole_text(condition: &str) -> bool {
    matches!(condition, "DECIMAL_SCALE_EXCEEDS_PRECISION" | "UNCLOSED_BRACKETED_COMMENT")
}

/// The errors of values that come with a place in Spark.
fn tells_place(condition: &str) -> bool {
    matches!(
        condition.split('.').next().unwrap_or_default(),
        "ARITHMETIC_OVERFLOW"
            | "CAST_INVALID_INPUT"
            | "DIVIDE_BY_ZERO"
            | "INTERVAL_DIVIDED_BY_ZERO"
            | "INVALID_ARRAY_INDEX"
            | "INVALID_ARRAY_INDEX_IN_ELEMENT_AT"
            | "INVALID_INDEX_OF_ZERO"
            | "NUMERIC_VALUE_OUT_OF_RANGE"
            | "REMAINDER_BY_ZERO"
            | "SCALAR_SUBQUERY_TOO_MANY_ROWS"
    )
}
