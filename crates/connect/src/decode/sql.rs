//! SQL text inside a plan, with its parameters.

use std::collections::BTreeMap;

use lang::ir::{Describe, Expr, Relation, RelationKind, Statement};
use lang::{ParseContext, Result};
use spark_connect_proto as proto;
use spark_connect_proto::relation::RelType;

use super::{Decoder, invalid, literal, missing};

impl Decoder<'_> {
    /// SQL as a relation: a query's rows, or the rows that a statement answers.
    pub(super) fn sql(&self, sql: &proto::Sql) -> Result<Relation> {
        Ok(match self.sql_statement(sql)? {
            Statement::Query(relation) => relation,
            other => Relation::new(RelationKind::Statement(Box::new(other))),
        })
    }

    /// The statement of a `SqlCommand`: its input is SQL, possibly with relations that the text refers to.
    pub(super) fn sql_command(&self, input: &proto::Relation) -> Result<Statement> {
        let plan_id = input.common.as_ref().and_then(|common| common.plan_id);
        let statement = match input.rel_type.as_ref().ok_or_else(|| missing("SqlCommand.input"))? {
            RelType::Sql(sql) => self.sql_statement(sql)?,
            RelType::WithRelations(with) => {
                let definitions = self.references(&with.references)?;
                let root = with.root.as_ref().ok_or_else(|| missing("WithRelations.root"))?;
                let statement = self.sql_command(root)?;
                map_queries(statement, &|input| {
                    let definitions = definitions.clone();
                    Relation::new(RelationKind::With { input, definitions, recursive: false })
                })
            }
            _ => return Err(invalid("SqlCommand.input must be SQL")),
        };
        Ok(match statement {
            Statement::Query(mut relation) => {
                relation.plan_id = plan_id;
                Statement::Query(relation)
            }
            other => other,
        })
    }

    fn sql_statement(&self, sql: &proto::Sql) -> Result<Statement> {
        let named = self.named_arguments(sql)?;
        let positional = self.positional_arguments(sql)?;
        if !named.is_empty() && !positional.is_empty() {
            return Err(invalid("SQL takes either named or positional arguments"));
        }
        let context = ParseContext { named, positional, ..self.uploads.parse_context() };
        lang::parse_statement_in(&sql.query, &context)
    }

    #[allow(deprecated)]
    fn named_arguments(&self, sql: &proto::Sql) -> Result<BTreeMap<String, Expr>> {
        let mut named = BTreeMap::new();
        for (name, value) in &sql.named_arguments {
            named.insert(name.clone(), self.expression(value)?);
        }
        for (name, value) in &sql.args {
            named.insert(name.clone(), Expr::literal(literal::literal(value)?));
        }
        Ok(named)
    }

    #[allow(deprecated)]
    fn positional_arguments(&self, sql: &proto::Sql) -> Result<Vec<Expr>> {
        if !sql.pos_arguments.is_empty() {
            return self.expressions(&sql.pos_arguments);
        }
        Ok(literal::literals(&sql.pos_args)?.into_iter().map(Expr::literal).collect())
    }
}

/// Wraps every query of a statement; the wrapper stands for the query wherever it is referred to.
fn map_queries(statement: Statement, wrap: &dyn Fn(Relation) -> Relation) -> Statement {
    let wrap = |input: Relation| {
        let plan_id = input.plan_id;
        let mut wrapped = wrap(input);
        wrapped.plan_id = plan_id;
        wrapped
    };
    match statement {
        Statement::Query(query) => Statement::Query(wrap(query)),
        Statement::CreateView(mut view) => {
            view.query = wrap(view.query);
            Statement::CreateView(view)
        }
        Statement::CreateTable(mut table) => {
            table.query = table.query.map(wrap);
            Statement::CreateTable(table)
        }
        Statement::Insert(mut insert) => {
            insert.query = wrap(insert.query);
            Statement::Insert(insert)
        }
        Statement::WritePath(mut write) => {
            write.input = wrap(write.input);
            Statement::WritePath(write)
        }
        Statement::CacheTable { name, lazy, options, query } => {
            Statement::CacheTable { name, lazy, options, query: query.map(wrap) }
        }
        Statement::Describe(Describe::Query(query)) => Statement::Describe(Describe::Query(wrap(query))),
        Statement::Explain { statement, mode } => {
            Statement::Explain { statement: Box::new(map_queries(*statement, &wrap)), mode }
        }
        other => other,
    }
}
