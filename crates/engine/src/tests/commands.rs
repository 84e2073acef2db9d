//! Databases, views, settings, listings.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn databases_and_listings() {
    let fixture = Fixture::new();
    fixture.rows("CREATE DATABASE d1 COMMENT 'dd'").await;
    assert_eq!(fixture.rows("SHOW DATABASES").await, ["d1", "default"]);
    fixture.rows("USE d1").await;
    fixture.rows("CREATE TABLE t (a INT) USING parquet").await;
    fixture.rows("CREATE TEMP VIEW tv AS SELECT 1 AS x").await;
    assert_eq!(fixture.rows("SHOW TABLES").await, ["d1|t|false", "|tv|true"]);
    assert_eq!(fixture.rows("SHOW TABLES IN default").await, ["|tv|true"]);
    assert_eq!(fixture.rows("SHOW CURRENT NAMESPACE").await, ["spark_catalog|d1"]);
    assert_eq!(fixture.fails("DROP DATABASE d1").await, "SCHEMA_NOT_EMPTY");
    assert_eq!(fixture.fails("USE nope").await, "SCHEMA_NOT_FOUND");
    fixture.rows("DROP DATABASE d1 CASCADE").await;
    assert_eq!(fixture.fails("SHOW TABLES").await, "SCHEMA_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn views_of_all_scopes() {
    let fixture = Fixture::new();
    fixture.rows("CREATE VIEW v AS SELECT 1 AS a").await;
    fixture.rows("CREATE TEMP VIEW tv (n) AS SELECT a + 1 FROM v").await;
    fixture.rows("CREATE GLOBAL TEMP VIEW gv AS SELECT 5 AS g").await;
    assert_eq!(fixture.rows("SELECT n FROM tv").await, ["2"]);
    let other = fixture.session.engine().session("me", "s2").expect("a session");
    let global = other.schema(&relation("SELECT * FROM global_temp.gv")).await.expect("shared");
    assert_eq!(global.fields[0].name, "g");
    assert!(other.schema(&relation("SELECT * FROM tv")).await.is_err());
    let cases = [
        ("CREATE VIEW v AS SELECT 2", "TABLE_OR_VIEW_ALREADY_EXISTS"),
        ("CREATE TEMP VIEW tv AS SELECT 2", "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"),
        ("CREATE VIEW pv AS SELECT * FROM tv", "INVALID_TEMP_OBJ_REFERENCE"),
        ("CREATE OR REPLACE TEMP VIEW tv AS SELECT * FROM tv", "RECURSIVE_VIEW"),
        ("CREATE VIEW w (a, b) AS SELECT 1", "CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"),
        ("CREATE TEMP VIEW bad AS SELECT nope FROM v", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("INSERT INTO tv VALUES (1)", "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE"),
    ];
    for (sql, condition) in cases {
        assert_eq!(fixture.fails(sql).await, condition, "{sql}");
    }
    fixture.rows("DROP VIEW tv").await;
    assert_eq!(fixture.fails("SELECT * FROM tv").await, "TABLE_OR_VIEW_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_means_what_it_meant_when_it_was_made() {
    let fixture = Fixture::new();
    fixture.rows("CREATE DATABASE d1").await;
    fixture.rows("CREATE DATABASE d2").await;
    for database in ["d1", "d2"] {
        fixture
            .rows(&format!("CREATE TABLE {database}.t USING parquet AS SELECT '{database}' AS name"))
            .await;
    }
    fixture.rows("USE d1").await;
    fixture.rows("CREATE VIEW v AS SELECT t.name FROM t").await;
    fixture.rows("USE d2").await;
    assert_eq!(fixture.rows("SELECT * FROM d1.v").await, ["d1"]);
    fixture.rows("USE d1").await;
    assert_eq!(fixture.fails("CREATE OR REPLACE VIEW v AS SELECT * FROM v").await, "RECURSIVE_VIEW");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dataframe_over_a_view_may_take_its_place() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TEMP VIEW v AS SELECT 1 AS a").await;
    let mut statement =
        lang::parse_statement("CREATE OR REPLACE TEMP VIEW v AS SELECT a + 1 AS a FROM v").expect("parses");
    if let Statement::CreateView(view) = &mut statement {
        view.text = None;
    }
    let operation = fixture.session.private_operation();
    for _ in 0..2 {
        fixture.session.execute(statement.clone(), &operation).await.expect("replaces");
    }
    assert_eq!(fixture.rows("SELECT a FROM v").await, ["3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings() {
    let fixture = Fixture::new();
    assert_eq!(fixture.rows("SET spark.sql.shuffle.partitions").await, ["spark.sql.shuffle.partitions|200"]);
    fixture.rows("SET spark.sql.shuffle.partitions = 3").await;
    assert_eq!(fixture.rows("SET spark.sql.shuffle.partitions").await, ["spark.sql.shuffle.partitions|3"]);
    fixture.rows("RESET").await;
    assert_eq!(fixture.rows("SET spark.sql.shuffle.partitions").await, ["spark.sql.shuffle.partitions|200"]);
    assert_eq!(fixture.rows("SET a.b").await, ["a.b|<undefined>"]);
    fixture.rows("SET spark.sql.ansi.enabled = false").await;
    assert_eq!(fixture.rows("SELECT 1 / 0").await, ["NULL"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_closed_for_good_and_cloned_as_they_are() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TEMP VIEW v AS SELECT 1 AS a").await;
    let engine = fixture.session.engine();
    let clone = engine.clone_session("me", "s1", "s9").expect("clones");
    engine.close_session("me", "s1");
    let error = engine.session("me", "s1").expect_err("closed");
    assert_eq!(error.condition(), "INVALID_HANDLE.SESSION_CLOSED");
    assert_eq!(clone.schema(&relation("SELECT * FROM v")).await.expect("copied").fields.len(), 1);
}
