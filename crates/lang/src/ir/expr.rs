//! Expressions.

use std::sync::Arc;

use super::{Literal, Relation};
use crate::{DataType, Source, Span};

/// A value for each row (or each group), unresolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    /// What spans count in from here down, where that is something else than what they count in above.
    pub source: Option<Arc<Source>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    /// A column (or a field of one: `a.b.c`), by name parts.
    Attribute {
        name: Vec<String>,
        plan_id: Option<i64>,
        is_metadata: bool,
    },
    /// `*`, `t.*`, `s.*` of a struct column.
    Star {
        target: Option<Vec<String>>,
        plan_id: Option<i64>,
        except: Vec<Vec<String>>,
    },
    /// A column by the opaque id the resolver gave it; front doors never make these.
    Resolved(String),
    /// Every column whose name matches.
    Regex {
        pattern: String,
        plan_id: Option<i64>,
    },
    Function(Box<Function>),
    /// A Python function, pickled by the client.
    PythonUdf(Box<PythonUdf>),
    /// `expr AS a`; several names for generators and struct-like results.
    Alias {
        expr: Box<Expr>,
        names: Vec<String>,
        metadata: Option<String>,
    },
    Cast {
        expr: Box<Expr>,
        data_type: DataType,
        mode: CastMode,
    },
    SortOrder(Box<SortOrder>),
    Lambda {
        parameters: Vec<String>,
        body: Box<Expr>,
    },
    /// A lambda parameter that the client already marked as such.
    LambdaVariable(String),
    Window(Box<Window>),
    /// `child[extraction]`, `child.field`.
    Extract {
        child: Box<Expr>,
        extraction: Box<Expr>,
    },
    /// `withField` (value) and `dropFields` (no value) on a struct.
    UpdateField {
        expr: Box<Expr>,
        field: String,
        value: Option<Box<Expr>>,
    },
    /// `name => value` in a call.
    NamedArgument {
        name: String,
        value: Box<Expr>,
    },
    /// `:name`
    NamedParameter(String),
    /// `?`, counted from 0 in the order of the text.
    PositionalParameter(usize),
    Subquery(Box<Subquery>),
    /// `DEFAULT` as a value in INSERT and UPDATE.
    Default,
}

/// A call by name; operators are calls too.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// One part for built-ins; more when qualified by catalog or schema.
    pub name: Vec<String>,
    pub arguments: Vec<Expr>,
    pub distinct: bool,
    /// `FILTER (WHERE …)`
    pub filter: Option<Expr>,
    /// `WITHIN GROUP (ORDER BY …)`
    pub within_group: Vec<SortOrder>,
    /// `IGNORE NULLS` / `RESPECT NULLS`
    pub ignore_nulls: Option<bool>,
    /// Calls a client marks as internal resolve to internal functions only.
    pub is_internal: bool,
}

/// A Python function as the client sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonUdf {
    pub name: String,
    pub arguments: Vec<Expr>,
    pub definition: Arc<PythonFunction>,
    pub distinct: bool,
}

/// What a worker needs to run a Python function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PythonFunction {
    /// PySpark's eval type number (100 = row-at-a-time, 101 = Arrow row-at-a-time, 200 = pandas scalar …).
    pub eval_type: i32,
    /// The pickled function.
    pub command: Vec<u8>,
    /// `3.11`: pickles only load in the same minor version.
    pub python_version: String,
    pub output_type: DataType,
    pub deterministic: bool,
}

/// What a worker needs to run a Python table function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PythonTableFunction {
    /// PySpark's eval type number (300 = row at a time, 301 = the same through Arrow, 302 = Arrow batches).
    pub eval_type: i32,
    /// The pickled class.
    pub command: Vec<u8>,
    pub python_version: String,
    /// `None`: the class's own `analyze` tells for each call.
    pub return_type: Option<crate::StructType>,
    pub deterministic: bool,
}

/// A class that reads rows, and perhaps writes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PythonDataSource {
    /// The pickled class.
    pub command: Vec<u8>,
    pub python_version: String,
}

/// How a cast treats values that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CastMode {
    /// By `spark.sql.ansi.enabled`.
    #[default]
    Session,
    Legacy,
    Ansi,
    /// NULL instead of an error.
    Try,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SortOrder {
    pub expr: Expr,
    pub descending: bool,
    pub nulls_first: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub function: Expr,
    pub spec: WindowSpec,
}

/// `OVER (…)` or `OVER name`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WindowSpec {
    /// A window of the WINDOW clause that this one refers to or extends.
    pub base: Option<String>,
    pub partition_by: Vec<Expr>,
    pub order_by: Vec<SortOrder>,
    pub frame: Option<WindowFrame>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WindowFrame {
    pub unit: FrameUnit,
    pub lower: FrameBound,
    pub upper: FrameBound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameUnit {
    Rows,
    Range,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FrameBound {
    CurrentRow,
    UnboundedPreceding,
    UnboundedFollowing,
    /// A constant offset: negative is preceding, positive following. (`3 PRECEDING` is `negative(3)`.)
    Offset(Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Subquery {
    Scalar(Relation),
    Exists {
        relation: Relation,
    },
    /// `(a, b) IN (SELECT …)`
    In {
        values: Vec<Expr>,
        relation: Relation,
    },
    /// `f(TABLE(…) PARTITION BY …)`
    Table {
        relation: Relation,
        partition_by: Vec<Expr>,
        order_by: Vec<SortOrder>,
        single_partition: bool,
    },
}

impl Expr {
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Expr { kind, span, source: None }
    }

    pub fn literal(literal: Literal) -> Self {
        ExprKind::Literal(literal).into()
    }

    pub fn string(value: impl Into<String>) -> Self {
        Expr::literal(Literal::String(value.into()))
    }

    /// A column by one name part.
    pub fn column(name: impl Into<String>) -> Self {
        ExprKind::Attribute { name: vec![name.into()], plan_id: None, is_metadata: false }.into()
    }

    /// A call of a built-in.
    pub fn call(name: impl Into<String>, arguments: Vec<Expr>) -> Self {
        ExprKind::Function(Box::new(Function::new(name, arguments))).into()
    }

    pub fn alias(self, name: impl Into<String>) -> Self {
        let (span, source) = (self.span, self.source.clone());
        let kind = ExprKind::Alias { expr: Box::new(self), names: vec![name.into()], metadata: None };
        Expr { kind, span, source }
    }

    pub fn star() -> Self {
        ExprKind::Star { target: None, plan_id: None, except: Vec::new() }.into()
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }
}

impl Function {
    pub fn new(name: impl Into<String>, arguments: Vec<Expr>) -> Self {
        Function {
            name: vec![name.into()],
            arguments,
            distinct: false,
            filter: None,
            within_group: Vec::new(),
            ignore_nulls: None,
            is_internal: false,
        }
    }
}

impl From<ExprKind> for Expr {
    fn from(kind: ExprKind) -> Self {
        Expr { kind, span: Span::NONE, source: None }
    }
}
