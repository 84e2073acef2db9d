//! Session variables and functions that SQL defines.

use super::{ColumnDefinition, Expr, Relation};
use crate::{DataType, StructType};

/// `DECLARE [OR REPLACE] VARIABLE a, b INT DEFAULT 1`
#[derive(Debug, Clone, PartialEq)]
pub struct DeclareVariable {
    pub names: Vec<Vec<String>>,
    pub or_replace: bool,
    /// `None`: the type of the default.
    pub data_type: Option<DataType>,
    /// The default and its text; none is NULL.
    pub default: Option<(Expr, String)>,
}

/// What SET VAR assigns.
#[derive(Debug, Clone, PartialEq)]
pub enum VariableSource {
    /// One value for each variable; [`ExprKind::Default`](super::ExprKind::Default) is the variable's default.
    Values(Vec<Expr>),
    /// A query of at most one row.
    Query(Relation),
}

/// `CREATE FUNCTION f(a INT) RETURNS INT RETURN a + 1`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSqlFunction {
    pub name: Vec<String>,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub function: SqlFunction,
}

/// A function whose body is SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlFunction {
    pub parameters: Vec<ColumnDefinition>,
    /// The text of the parameters, without parentheses.
    pub parameters_text: String,
    pub returns: SqlReturn,
    /// The text behind RETURNS.
    pub returns_text: String,
    pub body: SqlBody,
    /// The text of the body.
    pub text: String,
    pub characteristics: Characteristics,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SqlReturn {
    /// A value; `None`: the type of the body.
    Scalar(Option<DataType>),
    /// Rows; `None`: the columns of the body.
    Table(Option<StructType>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SqlBody {
    Expression(Expr),
    Query(Relation),
}

/// What stands between the signature and RETURN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Characteristics {
    /// Upper case.
    pub language: Option<String>,
    pub specific_name: Option<String>,
    pub deterministic: Option<bool>,
    /// `CONTAINS SQL` or `READS SQL DATA`
    pub data_access: Option<String>,
    pub null_call: Option<bool>,
    pub comment: Option<String>,
    pub collation: Option<String>,
    /// `INVOKER` or `DEFINER`
    pub security: Option<String>,
}

/// `CREATE FUNCTION f AS 'class' USING JAR 'path'`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalFunction {
    pub name: Vec<String>,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub temporary: bool,
    pub class: String,
    /// Kind (`jar`, `file`, `archive`) and path.
    pub resources: Vec<(String, String)>,
}

/// `EXECUTE IMMEDIATE text INTO a, b USING 1, x AS p`
#[derive(Debug, Clone, PartialEq)]
pub struct ExecuteImmediate {
    pub query: Expr,
    pub into: Vec<Vec<String>>,
    /// Named arguments are aliases.
    pub using: Vec<Expr>,
}
