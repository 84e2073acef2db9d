//! Statements resolved over a table in memory: their plans, and what these make of its rows.

use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::logical_expr::LogicalPlan;
use lang::ir::{CastMode, Statement};
use lang::{DataType as Spark, Result, StructField};
use plan::lake::{FILE_COLUMN, ROW_COLUMN};
use plan::modify::{Modification, ModifyTarget, TargetColumn, put};

use crate::Session;
use crate::tests::session;

const PLANS: &str = include_str!("plans.txt");

/// `t (id int, v string)` in two files.
fn rows() -> Arc<dyn TableProvider> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int32, true),
        Field::new("v", DataType::Utf8, true),
        Field::new(FILE_COLUMN, DataType::Int32, false),
        Field::new(ROW_COLUMN, DataType::Int64, false),
    ]));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(Int32Array::from(vec![Some(1), Some(2), Some(3), None])),
            Arc::new(StringArray::from(vec![Some("a"), Some("b"), None, Some("n")])),
            Arc::new(Int32Array::from(vec![0, 0, 1, 1])),
            Arc::new(Int64Array::from(vec![0, 1, 0, 1])),
        ],
    );
    let batch = batch.expect("columns of one length");
    Arc::new(MemTable::try_new(schema, vec![vec![batch]]).expect("a table"))
}

fn target() -> ModifyTarget {
    let column = |name: &str, data_type| TargetColumn {
        field: StructField::new(name, data_type, true),
        default: None,
        generated: None,
    };
    ModifyTarget {
        name: vec!["t".to_string()],
        provider: rows(),
        columns: vec![column("id", Spark::Integer), column("v", Spark::STRING)],
        checks: Vec::new(),
        cast: CastMode::Ansi,
        evolves: false,
    }
}

async fn resolved(session: &Arc<Session>, sql: &str) -> Result<Modification> {
    resolved_on(session, sql, target()).await
}

async fn resolved_on(session: &Arc<Session>, sql: &str, target: ModifyTarget) -> Result<Modification> {
    let statement = lang::parse_statement(sql)?;
    let operation = session.private_operation();
    let resolving = session.resolve(&operation, move |resolver| match &statement {
        Statement::Delete(delete) => resolver.delete(delete, &target),
        Statement::Update(update) => resolver.update(update, &target),
        Statement::Merge(merge) => resolver.merge(merge, &target),
        other => panic!("{other:?}"),
    });
    Ok(resolving.await?.0)
}

/// The rows of a plan over the table and the source, as texts.
async fn ran(session: &Arc<Session>, own: &Modification, plan: LogicalPlan) -> Result<Vec<String>> {
    let operation = session.private_operation();
    let mut plan = put(plan, &own.target, &rows(), None)?;
    if let Some(source) = &own.source {
        let batches = session.collect(source.rows.clone(), &Vec::new(), &operation).await?;
        let schema = crate::cache::positional(source.rows.schema().as_arrow());
        let batches =
            batches.into_iter().map(|batch| crate::cache::renamed(batch, &schema)).collect::<Result<_>>()?;
        let kept: Arc<dyn TableProvider> =
            Arc::new(MemTable::try_new(schema, vec![batches]).expect("a table"));
        plan = put(plan, &source.table, &kept, None)?;
    }
    let batches = session.collect(plan, &Vec::new(), &operation).await?;
    let mut lines: Vec<String> = batches.iter().flat_map(lines).collect();
    lines.sort();
    Ok(lines)
}

fn lines(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns: Vec<_> = columns.collect::<std::result::Result<_, _>>().expect("printable");
    (0..batch.num_rows())
        .map(|row| columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|"))
        .collect()
}

const SOURCE: &str = "using (select * from values (2, 'x'), (4, 'y') as s(id, v)) s on t.id = s.id";

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_what_clauses_say() {
    let (_folder, session) = session();
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("delete from t where id = 1", &["0|0|true|true"], &["1|a|1", "2|b|0", "3|NULL|0", "NULL|n|0"]),
        (
            "update t set v = concat(v, '!') where id < 3",
            &["0|0|true|true", "0|1|true|true"],
            &["1|a!|1", "2|b!|1", "3|NULL|0", "NULL|n|0"],
        ),
        (
            "merge into t SOURCE when matched then update set * when not matched then insert *",
            &["0|1|true|true"],
            &["1|a|0", "2|x|1", "3|NULL|0", "4|y|2", "NULL|n|0"],
        ),
        (
            "merge into t SOURCE when matched and s.v = 'z' then delete",
            &[],
            &["1|a|0", "2|b|0", "3|NULL|0", "NULL|n|0"],
        ),
        ("merge into t SOURCE when not matched and s.v = 'z' then insert *", &[], &[]),
        (
            "merge into t SOURCE when not matched by source and t.v = 'n' then update set v = 'gone'",
            &["0|1|true|false", "1|1|false|true"],
            &["1|a|0", "2|b|0", "3|NULL|0", "NULL|gone|1"],
        ),
    ];
    for (sql, found, rewritten) in cases {
        let sql = sql.replace("SOURCE", SOURCE);
        let own = resolved(&session, &sql).await.expect(&sql);
        if let Some(find) = own.find.clone() {
            assert_eq!(ran(&session, &own, find).await.expect(&sql), *found, "{sql}");
        }
        let rows = own.rewrite.rows(false, false);
        let plan = rows.exact().expect(&sql);
        assert_eq!(ran(&session, &own, plan).await.expect(&sql), *rewritten, "{sql}");
    }
}

/// Statements with their plans; `plans.txt` has them as they were agreed on.
#[tokio::test(flavor = "multi_thread")]
async fn plans_are_as_agreed() {
    let (_folder, session) = session();
    let mut shown = String::new();
    for sql in PLANS.lines().filter_map(|line| line.strip_prefix("# ")) {
        let own = resolved(&session, &sql.replace("SOURCE", SOURCE)).await.expect(sql);
        shown.push_str(&format!("# {sql}\n"));
        if let Some(find) = &own.find {
            shown.push_str(&format!("find:\n{}\n", find.display_indent()));
        }
        let rows = own.rewrite.rows(false, false).exact().expect(sql);
        shown.push_str(&format!("rewrite:\n{}\n\n", rows.display_indent()));
    }
    assert_eq!(shown.trim_end(), PLANS.trim_end(), "the plans are now:\n{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_deltas() {
    let (_folder, session) = session();
    let cases = [
        ("update t set nope = 1", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("update t set v = 'a', v = 'b'", "DELTA_CONFLICT_SET_COLUMN"),
        ("update t set v.x = 'a'", "DELTA_UNSUPPORTED_FIELD_UPDATE_NON_STRUCT"),
        ("merge into t SOURCE when matched and nope then delete", "DELTA_MERGE_UNRESOLVED_EXPRESSION"),
        ("merge into t SOURCE when matched and id = 1 then delete", "AMBIGUOUS_REFERENCE"),
        (
            "merge into t SOURCE when not matched then insert (id, id) values (1, 2)",
            "DELTA_DUPLICATE_COLUMNS_ON_INSERT",
        ),
        (
            "merge into t SOURCE when matched and rand() > 1 then delete",
            "DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED",
        ),
    ];
    for (sql, condition) in cases {
        let error = resolved(&session, &sql.replace("SOURCE", SOURCE)).await.map(drop).expect_err(sql);
        assert_eq!(error.condition(), condition, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_columns_and_constraints_follow_what_is_written() {
    let (_folder, session) = session();
    let mut computed = target();
    computed.columns[1].generated = Some("concat('g', id)".to_string());
    computed.checks.push(("small".to_string(), "id is null or id < 100".to_string()));
    let cases: &[(&str, std::result::Result<&[&str], &str>)] = &[
        ("update t set id = id + 10 where id = 1", Ok(&["11|g11|1", "2|b|0", "3|NULL|0", "NULL|n|0"])),
        (
            "merge into t SOURCE when matched then update set id = 20 when not matched then insert (id) values (s.id)",
            Ok(&["1|a|0", "20|g20|1", "3|NULL|0", "4|g4|2", "NULL|n|0"]),
        ),
        ("update t set id = 200 where id = 1", Err("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES")),
        ("update t set id = 5, v = 'other' where id = 1", Err("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES")),
    ];
    for (sql, expected) in cases {
        let own = resolved_on(&session, &sql.replace("SOURCE", SOURCE), computed.clone()).await.expect(sql);
        let rows = ran(&session, &own, own.rewrite.rows(false, false).exact().expect(sql)).await;
        match (rows, expected) {
            (Ok(rows), Ok(expected)) => assert_eq!(rows, *expected, "{sql}"),
            (Err(error), Err(condition)) => assert_eq!(error.condition(), *condition, "{sql}"),
            (rows, _) => panic!("{sql}: {rows:?}"),
        }
    }
}
