//! A scalar function of Python in an expression.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use functions::types;
use lang::ir::PythonFunction;

use crate::contract::{KEYWORD_KEY, PythonSession};

/// One function over arguments of known types. It is never computed as a function of DataFusion: an optimizer rule of
/// whoever runs Python makes a node of the plan of it.
#[derive(Debug)]
pub struct PythonScalar {
    pub name: String,
    pub function: Arc<PythonFunction>,
    /// With the types, and the names of those that were passed by name, in metadata.
    pub arguments: Vec<FieldRef>,
    pub session: Arc<PythonSession>,
    /// The result.
    pub field: FieldRef,
    signature: Signature,
}

impl PythonScalar {
    pub fn new(
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[FieldRef],
        session: &PythonSession,
    ) -> Self {
        // Never immutable: constants are not folded while planning, for that would run Python there.
        let volatility = if function.deterministic { Volatility::Stable } else { Volatility::Volatile };
        let signature = match arguments.len() {
            0 => Signature::nullary(volatility),
            count => Signature::any(count, volatility),
        };
        PythonScalar {
            name: name.to_string(),
            function: Arc::clone(function),
            arguments: arguments.to_vec(),
            session: Arc::new(session.clone()),
            field: Arc::new(types::to_field(name, &function.output_type, true)),
            signature,
        }
    }

    /// The function in the place of one of DataFusion, if it is Python's.
    pub fn of(function: &ScalarUDF) -> Option<&PythonScalar> {
        function.inner().downcast_ref()
    }

    /// The parameters' names where arguments were passed by name.
    pub fn keywords(&self) -> impl Iterator<Item = Option<&str>> {
        self.arguments.iter().map(|field| field.metadata().get(KEYWORD_KEY).map(String::as_str))
    }
}

impl ScalarUDFImpl for PythonScalar {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(self.field.data_type().clone())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("the Python function {} was called where rows do not pass by", self.name)
    }
}

/// Two calls are the same expression when the same function runs in the same surroundings.
impl PartialEq for PythonScalar {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.function == other.function
            && self.arguments == other.arguments
            && self.session == other.session
    }
}

impl Eq for PythonScalar {}

impl Hash for PythonScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.function.command.hash(state);
        self.arguments.len().hash(state);
    }
}
