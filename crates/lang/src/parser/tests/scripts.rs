//! Scripts, variables and functions: the shapes they have.

use crate::ir::{HandledCondition, HandlerKind, SqlBody, SqlReturn, Statement, StepKind, VariableSource};
use crate::{DataType, ParseContext, parse_statement, parse_statement_in, parse_statements};

fn statement(sql: &str) -> Statement {
    parse_statement(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[test]
fn a_script_is_a_block_of_steps() {
    let sql = "begin declare x int default 1; declare exit handler for sqlexception select 2; \
               l: while x < 3 do set x = x + 1; end while l; if x = 3 then select 1; else select 2; end if; end";
    let Statement::Script(block) = statement(sql) else { panic!("no script") };
    let [variable, handler, repeated, branch] = block.body.as_slice() else { panic!("{:?}", block.body) };
    assert!(
        matches!(&variable.kind, StepKind::DeclareVariable(v) if v.names == ["x"] && v.default.is_some())
    );
    let StepKind::DeclareHandler(handler) = &handler.kind else { panic!("no handler") };
    assert_eq!(handler.kind, HandlerKind::Exit);
    assert_eq!(handler.conditions, [HandledCondition::SqlException]);
    let StepKind::While { label, body, .. } = &repeated.kind else { panic!("no loop") };
    assert_eq!((label.as_deref(), body.len()), (Some("l"), 1));
    assert!(matches!(&branch.kind, StepKind::If { otherwise: Some(_), is_case: false, .. }));
    let texts = parse_statements("begin select 1; select 2; end").expect("one statement");
    assert_eq!(texts.len(), 1);
}

#[test]
fn variables_and_functions() {
    let Statement::DeclareVariable(declare) = statement("declare or replace variable a, b int = 5") else {
        panic!("no declaration")
    };
    assert_eq!((declare.names.len(), declare.data_type), (2, Some(DataType::Integer)));
    let Statement::SetVariable { targets, source } = statement("set var a = 1, b.c = default") else {
        panic!("no assignment")
    };
    assert_eq!(targets, [vec!["a".to_string()], vec!["b".to_string(), "c".to_string()]]);
    assert!(matches!(source, VariableSource::Values(values) if values.len() == 2));
    let sql =
        "create temporary function f(a int, b string default 'x') returns table (c int) return select a";
    let Statement::CreateSqlFunction(create) = statement(sql) else { panic!("no function") };
    assert!(create.temporary && matches!(create.function.body, SqlBody::Query(_)));
    assert_eq!(create.function.parameters[1].default.as_deref(), Some("'x'"));
    assert!(matches!(create.function.returns, SqlReturn::Table(Some(_))));
    assert_eq!(create.function.text, "select a");
}

#[test]
fn names_are_computed_later() {
    let text = "select * from identifier('a' || x)";
    let Statement::Deferred(deferred) = statement(text) else { panic!("not deferred") };
    assert_eq!((deferred.text.as_str(), deferred.identifiers.len()), (text, 1));
    let context = ParseContext { identifiers: vec!["d.t".into()], ..ParseContext::default() };
    assert!(matches!(parse_statement_in(text, &context), Ok(Statement::Query(_))));
}

#[test]
fn parameters_stand_for_names_texts_and_numbers() {
    let number = crate::ir::Expr::literal(crate::ir::Literal::Integer(4));
    let context = ParseContext {
        named: [("n".to_string(), number), ("t".to_string(), crate::ir::Expr::string("d.t"))].into(),
        ..ParseContext::default()
    };
    for sql in [
        "select * from identifier(:t) limit :n",
        "create table t (a decimal(:n, 2)) using parquet comment :t",
    ] {
        let parsed = parse_statement_in(sql, &context);
        assert!(parsed.is_ok(), "{sql}: {parsed:?}");
    }
}
