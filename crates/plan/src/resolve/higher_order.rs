//! Lambdas: parameters become typed variables, the body an expression over them.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::{Lambda, LambdaVariable};
use functions::Argument;
use lang::ir;
use lang::{Error, Result};

use super::Resolver;
use super::scope::Scope;

impl Resolver<'_> {
    /// The lambda as an [`Expr::Lambda`], its field that of the body. Variables get unique names, so that nested
    /// lambdas may shadow each other.
    pub(super) fn lambda(
        &self,
        parameters: &[String],
        fields: Vec<FieldRef>,
        body: &ir::Expr,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        if parameters.len() > fields.len() {
            return Err(Error::analysis("INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH")
                .with("expectedNumArgs", parameters.len().to_string())
                .with("actualNumArgs", fields.len().to_string()));
        }
        let mut inner = scope.clone();
        let mut names = Vec::with_capacity(parameters.len());
        for (parameter, field) in parameters.iter().zip(fields) {
            let unique = self.fresh(parameter);
            let typed = Arc::new(field.as_ref().clone().with_name(&unique));
            let variable = Expr::LambdaVariable(LambdaVariable::new(unique.clone(), Some(typed)));
            let shown =
                Arc::new(field.as_ref().clone().with_name(format!("namedlambdavariable({parameter})")));
            inner.lambdas.push((parameter.clone(), Argument { expr: variable, field: shown, keyword: None }));
            names.push(unique);
        }
        let body = self.expression(body, &inner)?;
        let shown: Vec<_> = parameters.iter().map(|_| "namedlambdavariable()").collect();
        let name = format!("lambdafunction({}, {})", body.name(), shown.join(", "));
        let field = Arc::new(body.field.as_ref().clone().with_name(name));
        Ok(Argument { expr: Expr::Lambda(Lambda::new(names, body.expr)), field, keyword: None })
    }
}
