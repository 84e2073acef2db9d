//! Persisted relations: read once, until their source is written or they are forgotten.

use super::*;
use crate::StorageLevel;

/// Makes a CSV folder that a test can take away under a query.
async fn csv(fixture: &Fixture, rows: &str) -> String {
    let path = fixture.path("data");
    std::fs::create_dir_all(&path).expect("a folder");
    std::fs::write(format!("{path}/a.csv"), rows).expect("a file");
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_action_does_not_read_the_source() {
    let fixture = Fixture::new();
    let path = csv(&fixture, "1\n2\n").await;
    let query = format!("SELECT cast(_c0 AS int) AS a FROM csv.`{path}`");
    fixture.session.persist(&relation(&query), StorageLevel::DEFAULT_CACHE).await.expect("persists");
    let level = fixture.session.storage_level(&relation(&query)).await.expect("resolves");
    assert_eq!(level, StorageLevel::DEFAULT_CACHE);
    assert_eq!(fixture.rows(&format!("SELECT sum(a) FROM ({query})")).await, ["3"]);
    std::fs::write(format!("{path}/a.csv"), "10\n20\n").expect("rewritten");
    assert_eq!(fixture.rows(&format!("SELECT max(a) FROM ({query})")).await, ["2"]);
    let joined = format!("SELECT l.a FROM ({query}) l JOIN ({query}) r ON l.a = r.a ORDER BY 1");
    assert_eq!(fixture.rows(&joined).await, ["1", "2"]);
    fixture.session.unpersist(&relation(&query), true).await.expect("forgets");
    assert_eq!(fixture.rows(&format!("SELECT max(a) FROM ({query})")).await, ["20"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_plans_over_the_same_source_are_not_replaced() {
    let fixture = Fixture::new();
    let path = csv(&fixture, "1\n2\n").await;
    let query = |bound: i32| format!("SELECT _c0 AS a FROM csv.`{path}` WHERE _c0 > '{bound}'");
    fixture.session.persist(&relation(&query(1)), StorageLevel::DEFAULT_CACHE).await.expect("persists");
    assert_eq!(fixture.rows(&query(1)).await, ["2"]);
    assert_eq!(fixture.rows(&query(0)).await, ["1", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_tables_see_inserts() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TABLE t (a INT) USING parquet").await;
    fixture.rows("INSERT INTO t VALUES (1)").await;
    fixture.rows("CACHE TABLE t").await;
    assert_eq!(fixture.rows("SELECT a FROM t").await, ["1"]);
    fixture.rows("INSERT INTO t VALUES (2)").await;
    assert_eq!(fixture.rows("SELECT a FROM t ORDER BY a").await, ["1", "2"]);
    fixture.rows("UNCACHE TABLE t").await;
    assert_eq!(fixture.fails("UNCACHE TABLE nope").await, "TABLE_OR_VIEW_NOT_FOUND");
    fixture.rows("UNCACHE TABLE IF EXISTS nope").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_no_longer_depend_on_their_source() {
    let fixture = Fixture::new();
    let path = csv(&fixture, "1\n").await;
    let operation = fixture.session.private_operation();
    let query = relation(&format!("SELECT * FROM csv.`{path}`"));
    let id = fixture.session.checkpoint(&query, true, &operation).await.expect("runs");
    std::fs::remove_dir_all(&path).expect("removed");
    let kept = Relation::new(lang::ir::RelationKind::Cached { id: id.clone() });
    let run = |kept: &Relation| fixture.session.execute(Statement::Query(kept.clone()), &operation);
    let Answer::Rows(rows) = run(&kept).await.expect("kept") else { panic!("no rows") };
    let batches: Vec<_> = rows.stream.try_collect().await.expect("runs");
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 1);
    fixture.session.drop_checkpoint(&id);
    assert!(run(&kept).await.is_err());
}
