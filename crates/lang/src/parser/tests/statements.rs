//! Statements: each family's fields.

use crate::ir::{
    Describe, ExplainMode, FunctionScope, RelationKind, SaveMode, Show, Statement, TableChange, ViewScope,
};
use crate::{DataType, parse_statement};

fn statement(sql: &str) -> Statement {
    parse_statement(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[test]
fn create_table() {
    let sql = "create table if not exists d.t (a int not null comment 'x', b decimal(10, 2) default 1 + 2) \
               using csv options (header true, 'sep' ';') partitioned by (a, days(b)) location '/x' comment 'y' \
               tblproperties (p.q = 1)";
    let Statement::CreateTable(table) = statement(sql) else { panic!("no table") };
    assert_eq!(table.name, ["d", "t"]);
    assert_eq!((table.format.as_deref(), table.location.as_deref()), (Some("csv"), Some("/x")));
    assert_eq!(table.columns[1].default.as_deref(), Some("1 + 2"));
    assert!(!table.columns[0].nullable);
    assert_eq!((table.options["header"].as_str(), table.options["sep"].as_str()), ("true", ";"));
    assert_eq!(table.properties["p.q"], "1");
    assert_eq!((table.partition_by.len(), table.mode), (2, SaveMode::Ignore));
    let Statement::CreateTable(table) = statement("create or replace table t using orc as select 1") else {
        panic!()
    };
    assert!(table.query.is_some() && table.or_replace);
    let hive = "create table t (a int) stored as parquet partitioned by (b string)";
    let Statement::CreateTable(table) = statement(hive) else { panic!() };
    assert_eq!(table.columns[1].data_type, DataType::STRING);
}

#[test]
fn create_view() {
    let sql = "create or replace global temp view v (a comment 'x', b) comment 'y' as select 1, 2 ;";
    let Statement::CreateView(view) = statement(sql) else { panic!("no view") };
    assert_eq!((view.scope, view.or_replace), (ViewScope::GlobalTemporary, true));
    assert_eq!(view.columns, [("a".to_string(), Some("x".to_string())), ("b".to_string(), None)]);
    assert_eq!(view.text.as_deref(), Some("select 1, 2"));
    let sql = "create temp view v (a int) using csv options (path '/x')";
    let Statement::CreateView(view) = statement(sql) else { panic!("no view") };
    let RelationKind::Source(source) = *view.query.kind else { panic!("no source") };
    assert_eq!((source.format.as_deref(), source.options["path"].as_str()), (Some("csv"), "/x"));
}

#[test]
fn inserts() {
    let Statement::Insert(insert) = statement("insert into t (a, b) values (1, default), (default, 2)")
    else {
        panic!("no insert")
    };
    assert_eq!(
        (insert.columns.as_slice(), insert.overwrite),
        (["a".to_string(), "b".to_string()].as_slice(), false)
    );
    let sql = "insert overwrite table t partition (a = 1, b) select 1";
    let Statement::Insert(insert) = statement(sql) else { panic!() };
    assert!(insert.overwrite && insert.partition[0].1.is_some() && insert.partition[1].1.is_none());
    let Statement::Insert(insert) = statement("insert into t by name select 1 as a") else { panic!() };
    assert!(insert.by_name);
    let Statement::Insert(insert) = statement("insert into t replace where a > 1 select 2") else { panic!() };
    assert!(insert.replace_where.is_some() && insert.overwrite);
    let Statement::Insert(insert) = statement("with x as (select 1) insert into t select * from x") else {
        panic!()
    };
    assert!(matches!(*insert.query.kind, RelationKind::With { .. }));
    let sql = "insert overwrite directory '/x' using parquet options (a = 'b') select 1";
    let Statement::WritePath(write) = statement(sql) else { panic!() };
    assert_eq!((write.path.as_deref(), write.mode), (Some("/x"), SaveMode::Overwrite));
}

#[test]
fn settings() {
    let set = |sql: &str| match statement(sql) {
        Statement::Set { key, value, verbose } => (key, value, verbose),
        other => panic!("{sql}: {other:?}"),
    };
    let pair = |k: &str, v: &str| (Some(k.to_string()), Some(v.to_string()), false);
    assert_eq!(set("set"), (None, None, false));
    assert_eq!(set("set -v"), (None, None, true));
    assert_eq!(set("set a.b"), (Some("a.b".into()), None, false));
    assert_eq!(set("set a.b = x y=z ;"), pair("a.b", "x y=z"));
    assert_eq!(set("set `a b` = `c d`"), pair("a b", "c d"));
    assert_eq!(set("set time zone 'UTC'"), pair("spark.sql.session.timeZone", "UTC"));
    assert_eq!(set("set time zone interval -8 hours"), pair("spark.sql.session.timeZone", "-08:00"));
    assert_eq!(statement("reset a.b"), Statement::Reset { key: Some("a.b".into()) });
}

#[test]
fn show_and_describe() {
    let show = |sql: &str| match statement(sql) {
        Statement::Show(show) => show,
        other => panic!("{sql}: {other:?}"),
    };
    let text = |s: &str| Some(s.to_string());
    let name = |s: &str| vec![s.to_string()];
    assert_eq!(show("show databases like 'a*'"), Show::Databases { pattern: text("a*") });
    assert_eq!(show("show tables in d 'x'"), Show::Tables { database: Some(name("d")), pattern: text("x") });
    assert_eq!(show("show columns in t in d"), Show::Columns { table: vec!["d".into(), "t".into()] });
    assert_eq!(show("show user functions"), Show::Functions { scope: FunctionScope::User, pattern: None });
    assert_eq!(
        show("show tblproperties t (a.b)"),
        Show::TableProperties { table: name("t"), key: text("a.b") }
    );
    assert_eq!(show("show current schema"), Show::CurrentDatabase);
    let describe = |sql: &str| match statement(sql) {
        Statement::Describe(describe) => describe,
        other => panic!("{sql}: {other:?}"),
    };
    let table = |extended, column| Describe::Table { name: name("t"), extended, column };
    assert_eq!(describe("describe table extended t"), table(true, None));
    assert_eq!(describe("desc t a"), table(false, Some(name("a"))));
    assert_eq!(
        describe("desc extended"),
        Describe::Table { name: name("extended"), extended: false, column: None }
    );
    assert_eq!(describe("describe function +"), Describe::Function { name: name("+"), extended: false });
    assert!(matches!(describe("describe query select 1"), Describe::Query(_)));
    assert!(matches!(describe("describe with a as (select 1) select 1"), Describe::Query(_)));
}

#[test]
fn the_rest() {
    for sql in [
        "create database if not exists d comment 'x' location '/y' with dbproperties (a = 'b')",
        "drop database d cascade",
        "drop table if exists a.b purge",
        "drop view v",
        "drop temporary function if exists f",
        "truncate table t",
        "use d",
        "use database d",
        "set catalog c",
        "cache lazy table t options ('storageLevel' 'DISK_ONLY') as select 1",
        "uncache table if exists t",
        "clear cache",
        "refresh table t",
        "comment on schema d is null",
    ] {
        statement(sql);
    }
    assert!(matches!(
        statement("explain formatted insert into t select 1"),
        Statement::Explain { mode: ExplainMode::Formatted, .. }
    ));
    let change = |sql: &str| match statement(sql) {
        Statement::AlterTable { change, .. } => change,
        other => panic!("{sql}: {other:?}"),
    };
    let rename = TableChange::Rename(vec!["a".into(), "b".into()]);
    assert_eq!(change("alter table t rename to a.b"), rename);
    let name = vec!["t".to_string()];
    assert_eq!(statement("alter view t rename to a.b"), Statement::AlterView { name, change: rename });
    assert!(
        matches!(change("alter table t add columns (a int, b string)"), TableChange::AddColumns(c) if c.len() == 2)
    );
    assert!(matches!(change("alter table t unset tblproperties if exists ('a', b.c)"),
        TableChange::UnsetProperties { keys, if_exists: true } if keys == ["a", "b.c"]));
}
