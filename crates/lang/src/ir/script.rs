//! Scripts: `BEGIN … END` and what may stand in it.

use super::{Expr, Relation, Statement};
use crate::{DataType, Span};

/// `label: BEGIN … END`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub label: Option<String>,
    pub body: Vec<Step>,
}

/// One statement of a script and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub kind: StepKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// A statement of SQL; SET of variables is [`Statement::SetVariable`].
    Statement(Box<Statement>),
    Block(Block),
    DeclareVariable(LocalVariable),
    DeclareCondition(NamedCondition),
    DeclareHandler(Handler),
    /// `IF a THEN … ELSEIF b THEN … ELSE … END IF`, and the searched CASE.
    If {
        branches: Vec<(Expr, Vec<Step>)>,
        otherwise: Option<Vec<Step>>,
        /// A CASE without ELSE is an error when nothing fits.
        is_case: bool,
    },
    /// `CASE x WHEN 1 THEN … END CASE`
    SimpleCase {
        operand: Expr,
        branches: Vec<(Expr, Vec<Step>)>,
        otherwise: Option<Vec<Step>>,
    },
    While {
        label: Option<String>,
        condition: Expr,
        body: Vec<Step>,
    },
    Repeat {
        label: Option<String>,
        body: Vec<Step>,
        until: Expr,
    },
    Loop {
        label: Option<String>,
        body: Vec<Step>,
    },
    For {
        label: Option<String>,
        variable: Option<String>,
        query: Relation,
        body: Vec<Step>,
    },
    Leave(String),
    Iterate(String),
}

/// `DECLARE a, b INT DEFAULT 1` in a script.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalVariable {
    pub names: Vec<String>,
    pub data_type: Option<DataType>,
    pub default: Option<Expr>,
}

/// `DECLARE c CONDITION FOR SQLSTATE '45001'`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCondition {
    pub name: String,
    pub sql_state: String,
}

/// `DECLARE EXIT HANDLER FOR … BEGIN … END`
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    pub kind: HandlerKind,
    pub conditions: Vec<HandledCondition>,
    pub body: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandlerKind {
    Exit,
    Continue,
}

/// What a handler is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HandledCondition {
    SqlState(String),
    SqlException,
    NotFound,
    /// A condition by name, upper case: declared in the script, or Spark's own.
    Named(String),
}
