//! XPath 1.0 over [`super::document`].
//!
//! ```text
//! text ──parse──► Expr ──evaluate(document)──► Value: nodes, number, text or boolean
//! ```
//!
//! Names match by their part after the prefix, as they do for Java where no namespaces are declared; a name with a
//! prefix matches nothing. Variables, `id()` and the namespace axis are refused.

mod axis;
mod evaluate;
mod functions;
mod lexer;
mod parser;
mod value;

pub(super) use evaluate::evaluate;
pub(super) use parser::parse;
pub(super) use value::Value;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Number(f64),
    Text(String),
    Negated(Box<Expr>),
    Binary {
        operator: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Call {
        name: String,
        arguments: Vec<Expr>,
    },
    /// Steps from the context, or from the root.
    Path {
        absolute: bool,
        steps: Vec<Step>,
    },
    /// Predicates and steps on what another expression yields.
    Filter {
        base: Box<Expr>,
        predicates: Vec<Expr>,
        steps: Vec<Step>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Union,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    axis: Axis,
    test: Test,
    predicates: Vec<Expr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axis {
    Child,
    Descendant,
    DescendantOrSelf,
    Itself,
    Parent,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Any element, or any attribute on that axis.
    Any,
    /// By local name.
    Name(String),
    /// Names with prefixes have no namespace to be in.
    Nothing,
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
}
