//! What programs in SQL need besides queries: variables, EXECUTE IMMEDIATE, computed names, functions, scripts.
//!
//! ```text
//! DECLARE, SET VAR ──► variables, assign ──► Variables of the session │ Frames of the operation
//! EXECUTE IMMEDIATE, IDENTIFIER(…) ──► immediate, deferred ──► text is read again, then run
//! CREATE FUNCTION … RETURN ──► functions ──► inlined by `plan` where it is called
//! BEGIN … END ──► run ──► steps, one after the other; handlers take errors
//! ```
//!
//! The nouns: a [`Held`] is a variable with its value; [`Variables`] are those of a session; [`Frames`] are those of
//! the blocks of a running script, innermost last.
//!
//! # Guarantees
//! - A variable is a constant to every statement: its value is taken when the statement is analyzed.
//! - A script stops between two steps, and within each, when its operation is interrupted.
//!
//! # Does not
//! Resolve names in expressions, or know the grammar.
//!
//! # Where to start
//! [`Session::program`](crate::Session), the dispatch.

mod assign;
mod control;
mod deferred;
mod evaluate;
mod frames;
mod functions;
mod handlers;
mod immediate;
mod run;
mod variables;

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::Statement;
use lang::{Error, Result};

pub(crate) use frames::Frames;
pub(crate) use functions::SqlFunctions;
pub(crate) use variables::Variables;

use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// Does one of the statements of this folder.
    pub(crate) async fn program(
        self: &Arc<Self>,
        statement: Statement,
        operation: &Arc<Operation>,
    ) -> Result<Option<RecordBatch>> {
        use Statement as S;
        match statement {
            S::DeclareVariable(declare) => self.declare_variable(declare, operation).await?,
            S::DropVariable { name, if_exists } => self.drop_variable(&name, if_exists)?,
            S::SetVariable { targets, source } => self.set_variables(&targets, source, operation).await?,
            S::CreateSqlFunction(create) => self.create_sql_function(*create, operation).await?,
            S::ExecuteImmediate(immediate) => return self.execute_immediate(*immediate, operation).await,
            S::Deferred(deferred) => {
                let statement = self.undeferred(*deferred, operation).await?;
                return self.boxed_command(statement, operation).await;
            }
            S::Script(block) => return self.run_script(&block, operation).await,
            other => return Err(Error::unsupported(other.title())),
        }
        Ok(None)
    }

    /// [`Self::command`] where commands run inside each other.
    pub(crate) fn boxed_command<'a>(
        self: &'a Arc<Self>,
        statement: Statement,
        operation: &'a Arc<Operation>,
    ) -> futures::future::BoxFuture<'a, Result<Option<RecordBatch>>> {
        Box::pin(self.command(statement, operation))
    }

    /// What the session says about SQL text.
    pub fn parse_context(&self) -> lang::ParseContext {
        crate::made_under::parse_context(self.conf())
    }
}
