//! Queries, their schemas, explanations and interruption.

use super::*;
use crate::StorageLevel;
use lang::ir::ExplainMode;

#[tokio::test(flavor = "multi_thread")]
async fn values_come_back_under_their_names() {
    let fixture = Fixture::new();
    assert_eq!(fixture.rows("SELECT 1 AS a, 'x' AS b").await, ["1|x"]);
    let schema = fixture.session.schema(&relation("SELECT 1 AS a, 1 AS a")).await.expect("resolves");
    let names: Vec<_> = schema.fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["a", "a"]);
    assert_eq!(fixture.rows("SELECT x, x FROM (SELECT 7 AS x)").await, ["7|7"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_keep_the_order_of_their_source() {
    let fixture = Fixture::new();
    let rows = fixture.rows("SELECT id FROM range(0, 100000, 1, 4) WHERE id % 2 = 0").await;
    let expected: Vec<_> = (0..50_000).map(|i| (i * 2).to_string()).collect();
    assert_eq!(rows, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_operation_ends_with_its_condition() {
    let fixture = Fixture::new();
    let operation = fixture.session.operation("o1".into(), vec!["t".into()]).expect("new");
    let again = fixture.session.operation("o1".into(), Vec::new()).expect_err("twice");
    assert_eq!(again.condition(), "INVALID_HANDLE.OPERATION_ALREADY_EXISTS");
    let statement = lang::parse_statement("SELECT id FROM range(100)").expect("parses");
    let Answer::Rows(rows) = fixture.session.execute(statement, &operation).await.expect("starts") else {
        panic!("no rows");
    };
    assert_eq!(fixture.session.interrupt_tag("t"), ["o1"]);
    let error = rows.stream.try_collect::<Vec<_>>().await.expect_err("interrupted");
    assert_eq!(functions::error::from_datafusion(error).condition(), "OPERATION_CANCELED");
    let error = fixture.session.execute(Statement::Query(relation("SELECT 1")), &operation).await.err();
    assert_eq!(error.expect("still interrupted").condition(), "OPERATION_CANCELED");
    operation.finish();
    assert!(fixture.session.interrupt_all().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn explanations_have_sparks_headings() {
    let fixture = Fixture::new();
    let cases = [
        (ExplainMode::Simple, vec!["== Physical Plan =="]),
        (
            ExplainMode::Extended,
            vec![
                "== Parsed Logical Plan ==",
                "== Analyzed Logical Plan ==",
                "== Optimized Logical Plan ==",
                "== Physical Plan ==",
            ],
        ),
        (ExplainMode::Formatted, vec!["== Physical Plan ==", "(1) "]),
        (ExplainMode::Cost, vec!["== Optimized Logical Plan ==", "== Physical Plan =="]),
    ];
    for (mode, headings) in cases {
        let text =
            fixture.session.explain(&relation("SELECT id + 1 FROM range(5)"), mode).await.expect("explains");
        for heading in headings {
            assert!(text.contains(heading), "{heading} in\n{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_query_has_no_open_tasks() {
    let fixture = Fixture::new();
    let operation = fixture.session.private_operation();
    let statement =
        Statement::Query(relation("SELECT id % 3, count(*) FROM range(0, 1000, 1, 4) GROUP BY id % 3"));
    let Answer::Rows(rows) = fixture.session.execute(statement, &operation).await.expect("starts") else {
        panic!("no rows");
    };
    assert!(operation.progress().inflight_tasks > 0);
    rows.stream.try_collect::<Vec<_>>().await.expect("runs");
    let progress = operation.progress();
    assert_eq!(progress.inflight_tasks, 0, "{progress:?}");
    assert!(progress.stages.iter().all(|stage| stage.done));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_relations() {
    let fixture = Fixture::new();
    let (left, right) =
        (relation("SELECT id + 1 AS x FROM range(5)"), relation("SELECT id + 1 AS y FROM range(5)"));
    let other = relation("SELECT id + 2 AS x FROM range(5)");
    let session = &fixture.session;
    assert!(session.same_semantics(&left, &right).await.expect("resolves"));
    assert!(!session.same_semantics(&left, &other).await.expect("resolves"));
    let hash = session.semantic_hash(&left).await.expect("resolves");
    assert_eq!(hash, session.semantic_hash(&right).await.expect("resolves"));
    assert_ne!(hash, session.semantic_hash(&other).await.expect("resolves"));
    assert_eq!(session.storage_level(&left).await.expect("resolves"), StorageLevel::default());
    assert!(!session.is_streaming(&left).await.expect("resolves"));
}
