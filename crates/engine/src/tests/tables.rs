//! Tables: made, filled, altered, dropped.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_in_by_position_list_and_name() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TABLE t (id BIGINT COMMENT 'the id', name STRING, p INT) USING parquet PARTITIONED BY (p)").await;
    fixture.rows("INSERT INTO t VALUES (1, 'a', 3)").await;
    fixture.rows("INSERT INTO t (p, id) VALUES (4, 2)").await;
    fixture.rows("INSERT INTO t BY NAME SELECT 5 AS p, 'q' AS name, 9L AS id").await;
    fixture.rows("INSERT INTO t PARTITION (p = 6) SELECT 7, 'z'").await;
    let all = ["1|a|3", "2|NULL|4", "7|z|6", "9|q|5"];
    assert_eq!(fixture.rows("SELECT * FROM t ORDER BY id").await, all);
    assert_eq!(fixture.rows("SHOW PARTITIONS t").await, ["p=3", "p=4", "p=5", "p=6"]);
    let described = fixture.rows("DESCRIBE t").await;
    assert_eq!(described[0], "id|bigint|the id");
    assert_eq!(described[3..], ["# Partition Information||", "# col_name|data_type|comment", "p|int|NULL"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overwritten_partition_leaves_the_others() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)").await;
    fixture.rows("INSERT INTO t VALUES (1, 1), (2, 2)").await;
    fixture.rows("INSERT OVERWRITE t PARTITION (p = 2) SELECT 20").await;
    assert_eq!(fixture.rows("SELECT * FROM t ORDER BY a").await, ["1|1", "20|2"]);
    fixture.rows("INSERT OVERWRITE t PARTITION (p = 2) SELECT 1 WHERE false").await;
    assert_eq!(fixture.rows("SELECT * FROM t").await, ["1|1"]);
    fixture.rows("INSERT OVERWRITE t VALUES (5, 5)").await;
    assert_eq!(fixture.rows("SELECT * FROM t").await, ["5|5"]);
    fixture.rows("TRUNCATE TABLE t").await;
    assert!(fixture.rows("SELECT * FROM t").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn unfit_inserts_are_refused_by_sparks_conditions() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TABLE t (id BIGINT, p INT) USING parquet PARTITIONED BY (p)").await;
    let cases = [
        ("INSERT INTO t VALUES (1)", "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS"),
        ("INSERT INTO t VALUES (1, 2, 3)", "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS"),
        ("INSERT INTO t SELECT 1, 'x'", "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST"),
        ("INSERT INTO t (id, zz) VALUES (1, 2)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        ("INSERT INTO t (id, id) VALUES (1, 2)", "COLUMN_ALREADY_EXISTS"),
        ("INSERT INTO t PARTITION (q = 7) SELECT 1", "PARTITIONS_NOT_FOUND"),
        ("INSERT INTO t BY NAME SELECT 1 AS zz", "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS"),
        ("INSERT INTO nope VALUES (1)", "TABLE_OR_VIEW_NOT_FOUND"),
        ("CREATE TABLE t (a INT) USING parquet", "TABLE_OR_VIEW_ALREADY_EXISTS"),
        ("DROP VIEW t", "WRONG_COMMAND_FOR_OBJECT_TYPE"),
        ("DROP TABLE nope", "TABLE_OR_VIEW_NOT_FOUND"),
    ];
    for (sql, condition) in cases {
        assert_eq!(fixture.fails(sql).await, condition, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_from_queries_exist_once_written() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TABLE c USING parquet AS SELECT 1 AS a, 'x' AS b").await;
    assert_eq!(fixture.rows("SELECT * FROM spark_catalog.default.c").await, ["1|x"]);
    assert_eq!(
        fixture.fails("CREATE TABLE c USING parquet AS SELECT 2 AS a").await,
        "TABLE_OR_VIEW_ALREADY_EXISTS"
    );
    fixture.rows("CREATE TABLE IF NOT EXISTS c USING parquet AS SELECT 2 AS a").await;
    assert_eq!(fixture.fails("CREATE TABLE d USING parquet AS SELECT 1 / 0 AS a").await, "DIVIDE_BY_ZERO");
    assert_eq!(fixture.rows("SHOW TABLES").await, ["default|c|false"]);
    fixture.rows("ALTER TABLE c ADD COLUMNS (z INT)").await;
    assert_eq!(fixture.rows("SELECT * FROM c").await, ["1|x|NULL"]);
    fixture.rows("ALTER TABLE c RENAME TO e").await;
    fixture.rows("DROP TABLE e").await;
    assert!(!std::path::Path::new(&fixture.path("warehouse/c")).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn external_tables_keep_their_files() {
    let fixture = Fixture::new();
    let path = fixture.path("out");
    fixture
        .rows(&format!("CREATE TABLE x (a INT) USING csv OPTIONS (header 'true') LOCATION '{path}'"))
        .await;
    fixture.rows("INSERT INTO x VALUES (1)").await;
    fixture.rows("DROP TABLE x").await;
    assert_eq!(fixture.rows(&format!("SELECT * FROM csv.`{path}`")).await, ["a", "1"]);
    assert_eq!(fixture.fails("SELECT * FROM nope.`/x`").await, "TABLE_OR_VIEW_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tables_do_not_mix_with_files_that_are_there() {
    let fixture = Fixture::new();
    let path = fixture.path("out");
    fixture.rows(&format!("CREATE TABLE x USING parquet LOCATION '{path}' AS SELECT 1 AS a")).await;
    fixture.rows("DROP TABLE x").await;
    let again = format!("CREATE TABLE x USING parquet LOCATION '{path}' AS SELECT 2 AS a");
    assert_eq!(fixture.fails(&again).await, "_LEGACY_ERROR_TEMP_1241");
    assert_eq!(fixture.rows(&format!("SELECT * FROM parquet.`{path}`")).await, ["1"]);
    fixture.rows("SET spark.sql.legacy.allowNonEmptyLocationInCTAS = true").await;
    fixture.rows(&again).await;
    assert_eq!(fixture.rows("SELECT * FROM x").await, ["2"]);
}
