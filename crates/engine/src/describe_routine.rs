//! DESCRIBE FUNCTION of functions that SQL defines: signature, and with EXTENDED what they were made of.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::Result;
use lang::ir::{ColumnDefinition, Expr, ExprKind, Function, Literal, Relation, RelationKind, SqlReturn};
use plan::contract::SqlRoutine;

use crate::columns::comment;
use crate::information::time_text;
use crate::operation::Operation;
use crate::rows::{self, text};
use crate::session::Session;

/// How wide labels are.
const NARROW: usize = 10;
const WIDE: usize = 15;

/// Name, type, default and comment of a parameter or a column.
struct Part {
    name: String,
    data_type: String,
    default: Option<String>,
    comment: Option<String>,
}

impl Session {
    /// One line a row, labels on the left.
    pub(crate) async fn describe_sql_function(
        self: &Arc<Self>,
        routine: &SqlRoutine,
        extended: bool,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let function = &routine.function;
        let (kind, returns) = match &function.returns {
            SqlReturn::Scalar(data_type) => {
                let shown = data_type.as_ref().map(|data_type| data_type.sql()).unwrap_or_default();
                ("SCALAR", vec![shown])
            }
            SqlReturn::Table(columns) => {
                let columns = columns.iter().flat_map(|columns| &columns.fields);
                let part = |field: &lang::StructField| Part {
                    name: field.name.clone(),
                    data_type: field.data_type.sql(),
                    default: None,
                    comment: comment(field),
                };
                ("TABLE", listed(&columns.map(part).collect::<Vec<_>>(), extended))
            }
        };
        let parameters: Vec<Part> = function.parameters.iter().map(parameter).collect();
        let input =
            if parameters.is_empty() { vec!["()".to_string()] } else { listed(&parameters, extended) };
        let mut facts = vec![
            ("Function:", vec![routine.name.join(".")]),
            ("Type:", vec![kind.to_string()]),
            ("Input:", input),
            ("Returns:", returns),
        ];
        if extended {
            let reads = self.reads_tables(routine, operation).await;
            facts.extend(made_of(routine, reads));
        }
        let width = if extended { WIDE } else { NARROW };
        let mut lines = Vec::new();
        for (label, values) in facts {
            let mut label = label;
            for value in values {
                lines.push(vec![format!("{label:<width$}{value}").into()]);
                label = "";
            }
        }
        rows::batch(vec![text("function_desc")], lines)
    }

    /// Whether a call of the function opens a table; what cannot be resolved any more is not known to.
    async fn reads_tables(self: &Arc<Self>, routine: &SqlRoutine, operation: &Arc<Operation>) -> bool {
        let null = |parameter: &ColumnDefinition| {
            Expr::from(ExprKind::Literal(Literal::Null(parameter.data_type.clone())))
        };
        let arguments: Vec<Expr> = routine.function.parameters.iter().map(null).collect();
        let name = routine.name.clone();
        let kind = match routine.function.returns {
            SqlReturn::Table(_) => RelationKind::TableFunction { name, arguments },
            SqlReturn::Scalar(_) => {
                let call = Function { name, ..Function::new("", arguments) };
                let expressions = vec![Expr::from(ExprKind::Function(Box::new(call)))];
                RelationKind::Project { input: Relation::new(RelationKind::OneRow), expressions }
            }
        };
        let analyzed = self.analyze(&Relation::new(kind), operation).await;
        analyzed.is_ok_and(|analyzed| !analyzed.opened.is_empty())
    }
}

/// What EXTENDED adds.
fn made_of(routine: &SqlRoutine, reads: bool) -> Vec<(&'static str, Vec<String>)> {
    let function = &routine.function;
    let characteristics = &function.characteristics;
    let derived = if reads { "READS SQL DATA" } else { "CONTAINS SQL" };
    let access = characteristics.data_access.clone().unwrap_or_else(|| derived.to_string());
    let mut facts = Vec::new();
    if let Some(comment) = &characteristics.comment {
        facts.push(("Comment:", vec![comment.clone()]));
    }
    facts.push(("Deterministic:", vec![characteristics.deterministic.unwrap_or(true).to_string()]));
    facts.push(("Data Access:", vec![access]));
    let configs = routine.made.conf.iter().map(|(key, value)| format!("{key}={value}"));
    facts.push(("Configs:", configs.collect()));
    facts.push(("Create Time:", vec![time_text(routine.created_micros)]));
    facts.push(("Body:", vec![function.text.clone()]));
    facts
}

fn parameter(parameter: &ColumnDefinition) -> Part {
    Part {
        name: parameter.name.clone(),
        data_type: parameter.data_type.sql(),
        default: parameter.default.clone(),
        comment: parameter.comment.clone(),
    }
}

/// Names and types under each other.
fn listed(parts: &[Part], extended: bool) -> Vec<String> {
    let names = parts.iter().map(|part| part.name.chars().count()).max().unwrap_or_default();
    let types = parts.iter().map(|part| part.data_type.chars().count()).max().unwrap_or_default();
    let line = |part: &Part| {
        let mut line = format!("{:<names$} {:<types$}", part.name, part.data_type);
        if extended {
            line += &part.default.as_ref().map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
            line += &part.comment.as_ref().map(|comment| format!(" '{comment}'")).unwrap_or_default();
        }
        line
    };
    parts.iter().map(line).collect()
}
