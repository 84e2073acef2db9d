//! Calls of scalar functions that a worker answers in one conversation: what it is told and over which columns.
//!
//! A function over nothing but the result of another one of its kind is handed that result as it is, inside the worker:
//! the two are one chain, as in Spark.

use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::Expr;
use functions::types;
use lang::{Error, StructField};
use plan::contract::{PythonForm, PythonScalar, PythonSession};

use crate::error::external;
use crate::eval_type::EvalType;
use crate::process::Launch;
use crate::protocol::Message;
use crate::task::{Command, Start, max_records, one_function, profile_id, profiler};
use crate::type_json::struct_json;
use crate::work::{Sent, Work};

/// One call, or several inside each other.
#[derive(Debug, Clone)]
pub(crate) struct Chain<'c> {
    /// The innermost one first.
    pub(crate) functions: Vec<&'c PythonScalar>,
    /// Those of the innermost one.
    pub(crate) arguments: &'c [Expr],
}

fn call(expr: &Expr) -> Option<(&PythonScalar, &[Expr])> {
    match expr {
        Expr::ScalarFunction(call) => Some((PythonScalar::of(&call.func)?, &call.args)),
        Expr::Alias(alias) => call(&alias.expr),
        _ => None,
    }
}

impl<'c> Chain<'c> {
    /// The longest chain that ends in this call; `None` for other expressions.
    pub(crate) fn of(expr: &'c Expr) -> Option<Chain<'c>> {
        let (function, mut arguments) = call(expr)?;
        let mut functions = vec![function];
        while let [only] = arguments
            && let Some(outer) = functions.last()
            && outer.keywords().all(|keyword| keyword.is_none())
            && let Some((inner, further)) = call(only)
            && goes_with(inner, outer)
        {
            functions.push(inner);
            arguments = further;
        }
        functions.reverse();
        Some(Chain { functions, arguments })
    }

    /// The one whose result is the chain's.
    pub(crate) fn last(&self) -> Option<&'c PythonScalar> {
        self.functions.last().copied()
    }

    /// Whether one worker can answer both.
    pub(crate) fn goes_with(&self, other: &Chain<'_>) -> bool {
        match (self.functions.first(), other.functions.first()) {
            (Some(one), Some(other)) => goes_with(one, other),
            _ => false,
        }
    }
}

fn goes_with(one: &PythonScalar, other: &PythonScalar) -> bool {
    one.function.eval_type == other.function.eval_type
        && one.function.python_version == other.function.python_version
        && (Arc::ptr_eq(&one.session, &other.session) || one.session == other.session)
}

/// Checks what can be known of a function before it is called.
///
/// # Errors
/// Kinds of functions, types and settings that workers are not given.
pub(crate) fn check(scalar: &PythonScalar) -> lang::Result<()> {
    let name = &scalar.name;
    EvalType::scalar(name, scalar.function.eval_type)?;
    crate::task::check_type(name, &scalar.function.output_type)?;
    let arguments = scalar.arguments.iter().map(|field| types::from_field(field));
    for data_type in arguments {
        crate::task::check_type(name, &data_type)?;
    }
    profiler(&scalar.session)?;
    max_records(&scalar.session).map(|_| ())
}

/// What a worker is told and sent to answer all `chains`, whose arguments are at `places` of the input. The first `kept`
/// columns of the input come out beside the results, all together under `output`.
pub(crate) fn work(
    chains: &[Chain<'_>],
    places: &[Vec<usize>],
    kept: usize,
    output: &DFSchema,
) -> Result<Arc<Work>> {
    encoded(chains, places, kept, output).map_err(external)
}

fn encoded(
    chains: &[Chain<'_>],
    places: &[Vec<usize>],
    kept: usize,
    output: &DFSchema,
) -> lang::Result<Arc<Work>> {
    let first = chains.first().and_then(Chain::last);
    let first = first.ok_or_else(|| Error::internal("no Python function"))?;
    let session: &PythonSession = &first.session;
    let eval_type = EvalType::scalar(&first.name, first.function.eval_type)?;
    let mut columns: Vec<(usize, lang::DataType)> = Vec::new();
    let mut message = Message::default();
    message.int(chains.len() as i32);
    for (chain, places) in chains.iter().zip(places) {
        let Some(innermost) = chain.functions.first() else { continue };
        let types = innermost.arguments.iter().map(|field: &FieldRef| types::from_field(field));
        let offsets: Vec<usize> = places
            .iter()
            .copied()
            .zip(types)
            .map(|wanted| {
                columns.iter().position(|column| *column == wanted).unwrap_or_else(|| {
                    columns.push(wanted);
                    columns.len() - 1
                })
            })
            .collect();
        let commands = chain.functions.iter().map(|f| Command::of(&f.function)).collect::<Vec<_>>();
        let arguments: Vec<_> = offsets.into_iter().zip(innermost.keywords()).collect();
        one_function(&mut message, &commands, arguments.into_iter(), profile_id(session)?)
            .map_err(|e| Error::unsupported(format!("the Python function {}: {e}", first.name)))?;
    }
    let fields: Vec<StructField> = columns
        .iter()
        .enumerate()
        .map(|(i, (_, data_type))| StructField::new(format!("_{i}"), data_type.clone(), true))
        .collect();
    let mut start = Start::new(eval_type.number(), &first.function.python_version, session, message);
    if eval_type.wants_input_type() {
        start.facts.push(("input_type".to_string(), struct_json(&fields).to_string()));
    }
    let names = chains.iter().filter_map(Chain::last).map(|f| f.name.as_str()).collect::<Vec<_>>();
    Ok(Arc::new(Work {
        form: PythonForm::Iterate,
        eval_type,
        name: names.join(", "),
        start,
        launch: Arc::new(Launch::new(session)),
        inputs: vec![Sent::arguments(columns.iter().map(|c| c.0).collect(), &fields, kept, session)],
        table: None,
        output: Arc::new(Schema::new(output.fields().clone())),
        max_records: max_records(session)?,
        is_profiled: profiler(session)?,
    }))
}
