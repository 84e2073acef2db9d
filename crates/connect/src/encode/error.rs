//! Errors as gRPC status: Spark's exception classes, condition and parameters in the status details.

use lang::Error;
use lang::ErrorKind::{self, *};
use serde_json::json;
use spark_connect_proto::fetch_error_details_response as details;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::context;

const DOMAIN: &str = "org.apache.spark";
/// Status messages travel in HTTP headers, which clients limit; longer ones are fetched by error id.
const MAX_MESSAGE_BYTES: usize = 2048;
/// The same limit after percent encoding.
const MAX_ENCODED_BYTES: usize = 3072;
const MAX_PARAMETERS_BYTES: usize = 1024;

/// The status for an error; `error_id` is under which its details can be fetched.
pub(crate) fn status(error: &Error, error_id: Option<&str>) -> Status {
    let classes = class_hierarchy(error);
    let mut metadata = vec![
        ("classes".to_string(), json!(classes).to_string()),
        ("errorClass".to_string(), error.condition().to_string()),
    ];
    if let Some(state) = error.sql_state() {
        metadata.push(("sqlState".to_string(), state.to_string()));
    }
    let parameters = json!(error.parameters()).to_string();
    if parameters.len() <= MAX_PARAMETERS_BYTES {
        metadata.push(("messageParameters".to_string(), parameters));
    }
    if let Some(id) = error_id {
        metadata.push(("errorId".to_string(), id.to_string()));
    }
    let info = ErrorDetails::with_error_info(
        classes[0],
        DOMAIN,
        metadata.into_iter().collect::<std::collections::HashMap<_, _>>(),
    );
    Status::with_error_details(Code::Internal, truncated(&context::full_message(error)), info)
}

/// The full error, for clients that ask for it.
pub(crate) fn full_details(error: &Error) -> details::Error {
    details::Error {
        error_type_hierarchy: class_hierarchy(error).into_iter().map(str::to_string).collect(),
        message: context::full_message(error),
        stack_trace: Vec::new(),
        cause_idx: None,
        spark_throwable: Some(details::SparkThrowable {
            error_class: Some(error.condition().to_string()),
            message_parameters: error.parameters().iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            query_contexts: context::query_contexts(error),
            sql_state: error.sql_state().map(str::to_string),
            breaking_change_info: None,
        }),
    }
}

/// Spark's exception class of an error and its superclasses, most special first: clients take the first they know.
fn class_hierarchy(error: &Error) -> Vec<&'static str> {
    let mut classes = special_classes(error.condition());
    if classes.is_empty() {
        classes = kind_classes(error.kind());
    }
    classes.extend(["java.lang.Exception", "java.lang.Throwable", "java.lang.Object"]);
    classes
}

fn special_classes(condition: &str) -> Vec<&'static str> {
    match condition.split('.').next().unwrap_or_default() {
        "INVALID_PLAN_INPUT" | "CONNECT_INVALID_PLAN" => {
            vec!["org.apache.spark.sql.connect.common.InvalidPlanInput", "java.lang.RuntimeException"]
        }
        "SQL_CONF_NOT_FOUND" => vec![
            "org.apache.spark.SparkNoSuchElementException",
            "java.util.NoSuchElementException",
            "java.lang.RuntimeException",
        ],
        "CANNOT_DECODE_URL" | "CONVERSION_INVALID_INPUT" | "ILLEGAL_DAY_OF_WEEK" | "INVALID_URL" => {
            kind_classes(InvalidArgument)
        }
        _ if matches!(condition, "INVALID_FORMAT.MISMATCH_INPUT" | "INVALID_PARAMETER_VALUE.CHARSET") => {
            kind_classes(InvalidArgument)
        }
        "SCALAR_SUBQUERY_TOO_MANY_ROWS" => kind_classes(Data),
        "INVALID_CLONE_SESSION_REQUEST" | "INVALID_CURSOR" | "INVALID_HANDLE" => {
            vec!["org.apache.spark.SparkSQLException", "java.sql.SQLException"]
        }
        _ => Vec::new(),
    }
}

fn kind_classes(kind: ErrorKind) -> Vec<&'static str> {
    use lang::RuntimeClass as Class;
    match kind {
        Parse => vec![
            "org.apache.spark.sql.catalyst.parser.ParseException",
            "org.apache.spark.sql.AnalysisException",
        ],
        Analysis => vec!["org.apache.spark.sql.AnalysisException"],
        Runtime(Class::Arithmetic) => {
            vec![
                "org.apache.spark.SparkArithmeticException",
                "java.lang.ArithmeticException",
                "java.lang.RuntimeException",
            ]
        }
        Runtime(Class::ArrayIndexOutOfBounds) => vec![
            "org.apache.spark.SparkArrayIndexOutOfBoundsException",
            "java.lang.ArrayIndexOutOfBoundsException",
            "java.lang.IndexOutOfBoundsException",
            "java.lang.RuntimeException",
        ],
        Runtime(Class::DateTime) => {
            vec![
                "org.apache.spark.SparkDateTimeException",
                "java.time.DateTimeException",
                "java.lang.RuntimeException",
            ]
        }
        Runtime(Class::NumberFormat) => vec![
            "org.apache.spark.SparkNumberFormatException",
            "java.lang.NumberFormatException",
            "java.lang.IllegalArgumentException",
            "java.lang.RuntimeException",
        ],
        Runtime(Class::Other) => vec!["org.apache.spark.SparkRuntimeException", "java.lang.RuntimeException"],
        Python => vec!["org.apache.spark.api.python.PythonException", "java.lang.RuntimeException"],
        Unsupported => vec![
            "org.apache.spark.SparkUnsupportedOperationException",
            "java.lang.UnsupportedOperationException",
            "java.lang.RuntimeException",
        ],
        InvalidArgument => vec![
            "org.apache.spark.SparkIllegalArgumentException",
            "java.lang.IllegalArgumentException",
            "java.lang.RuntimeException",
        ],
        Cancelled => vec!["org.apache.spark.SparkSQLException", "java.sql.SQLException"],
        Data | Resources | Internal => vec!["org.apache.spark.SparkException"],
    }
}

/// The longest beginning of `message` that fits into a header, plain and percent-encoded.
fn truncated(message: &str) -> String {
    let mut encoded = 0;
    for (index, character) in message.char_indices() {
        let plain = (' '..='~').contains(&character) && !"\"#<>`?{}%".contains(character);
        encoded += if plain { 1 } else { 3 * character.len_utf8() };
        if encoded > MAX_ENCODED_BYTES || index + character.len_utf8() > MAX_MESSAGE_BYTES - 3 {
            return format!("{}...", &message[..index]);
        }
    }
    message.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_find_the_class_they_know_first() {
        let cases = [
            (Error::parse("PARSE_SYNTAX_ERROR"), "org.apache.spark.sql.catalyst.parser.ParseException"),
            (Error::analysis("TABLE_OR_VIEW_NOT_FOUND"), "org.apache.spark.sql.AnalysisException"),
            (Error::unsupported("x"), "org.apache.spark.SparkUnsupportedOperationException"),
            (crate::decode::missing("x"), "org.apache.spark.sql.connect.common.InvalidPlanInput"),
            (Error::internal("x"), "org.apache.spark.SparkException"),
        ];
        for (error, class) in cases {
            assert_eq!(class_hierarchy(&error)[0], class);
        }
    }

    #[test]
    fn long_messages_are_cut_at_a_character() {
        assert_eq!(truncated("short"), "short");
        let cut = truncated(&"é".repeat(3000));
        assert!(cut.ends_with("é...") && cut.len() * 3 <= MAX_ENCODED_BYTES + 9, "{}", cut.len());
        assert_eq!(truncated(&"a".repeat(3000)).len(), MAX_MESSAGE_BYTES);
    }

    #[test]
    fn status_carries_condition_and_parameters() {
        let error = Error::analysis("TABLE_OR_VIEW_NOT_FOUND").with("relationName", "`t`");
        let status = status(&error, Some("id"));
        let info = status.get_error_details().error_info().cloned().expect("error info");
        assert_eq!(info.metadata["errorClass"], "TABLE_OR_VIEW_NOT_FOUND");
        assert_eq!(info.metadata["messageParameters"], r#"{"relationName":"`t`"}"#);
        assert_eq!(info.metadata["errorId"], "id");
        assert_eq!(status.code(), Code::Internal);
    }
}
