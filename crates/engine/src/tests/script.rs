//! Variables, computed names, functions of SQL and scripts.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_constants_of_the_session() {
    let fixture = Fixture::new();
    fixture.rows("DECLARE VARIABLE x INT DEFAULT 5").await;
    assert_eq!(fixture.rows("SELECT x, x + 1, session.x, system.session.x").await, ["5|6|5|5"]);
    fixture.rows("SET VAR x = x * 2").await;
    assert_eq!(fixture.rows("SELECT x FROM range(2)").await, ["10", "10"]);
    fixture.rows("SET VAR x = DEFAULT").await;
    assert_eq!(fixture.rows("SELECT x").await, ["5"]);
    fixture.rows("SET VAR (x) = (SELECT 1 WHERE false)").await;
    assert_eq!(fixture.rows("SELECT x IS NULL").await, ["true"]);
    let cases = [
        ("DECLARE VARIABLE x INT", "VARIABLE_ALREADY_EXISTS"),
        ("SET VAR nope = 1", "UNRESOLVED_VARIABLE"),
        ("SET VAR x = 1, x = 2", "DUPLICATE_ASSIGNMENTS"),
        ("SET VAR (x) = (SELECT id FROM range(3))", "ROW_SUBQUERY_TOO_MANY_ROWS"),
        ("SET VAR x = 'abc'", "CAST_INVALID_INPUT"),
        ("DROP TEMPORARY VARIABLE nope", "VARIABLE_NOT_FOUND"),
    ];
    for (sql, condition) in cases {
        assert_eq!(fixture.fails(sql).await, condition, "{sql}");
    }
    fixture.rows("DROP TEMPORARY VARIABLE x").await;
    assert!(fixture.fails("SELECT x").await.starts_with("UNRESOLVED_COLUMN"));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_runs_with_arguments_and_targets() {
    let fixture = Fixture::new();
    fixture.rows("DECLARE VARIABLE x INT DEFAULT 5").await;
    assert_eq!(fixture.rows("EXECUTE IMMEDIATE 'SELECT ? + ?' USING x, 1").await, ["6"]);
    assert_eq!(fixture.rows("EXECUTE IMMEDIATE 'SELECT :a' USING 'q' AS a").await, ["q"]);
    fixture.rows("EXECUTE IMMEDIATE 'SELECT 42' INTO x").await;
    assert_eq!(fixture.rows("SELECT x").await, ["42"]);
    fixture.rows("DECLARE VARIABLE n STRING DEFAULT 'id'").await;
    assert_eq!(fixture.rows("SELECT IDENTIFIER(n) FROM IDENTIFIER('ran' || 'ge')(2)").await, ["0", "1"]);
    let cases = [
        ("EXECUTE IMMEDIATE 'BEGIN SELECT 1; END'", "SQL_SCRIPT_IN_EXECUTE_IMMEDIATE"),
        ("EXECUTE IMMEDIATE 'SET VAR x = 1' INTO x", "INVALID_STATEMENT_FOR_EXECUTE_INTO"),
        ("EXECUTE IMMEDIATE 5", "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE"),
        ("SELECT IDENTIFIER(CAST(NULL AS STRING))", "NOT_A_CONSTANT_STRING.NULL"),
    ];
    for (sql, condition) in cases {
        assert_eq!(fixture.fails(sql).await, condition, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_sql_take_the_place_of_their_calls() {
    let fixture = Fixture::new();
    fixture.rows("CREATE TEMPORARY FUNCTION f(a INT, b INT DEFAULT 10) RETURNS INT RETURN a + b").await;
    assert_eq!(fixture.rows("SELECT f(1), f(1, 2), f(b => 3, a => 4)").await, ["11|3|7"]);
    assert_eq!(fixture.rows("SELECT f(CAST(id AS INT)) FROM range(2)").await, ["10", "11"]);
    fixture
        .rows("CREATE FUNCTION g(n INT) RETURNS TABLE (i BIGINT) RETURN SELECT id FROM range(9) WHERE id < n")
        .await;
    assert_eq!(fixture.rows("SELECT * FROM g(2)").await, ["0", "1"]);
    fixture.rows("CREATE FUNCTION h() RETURNS BIGINT RETURN SELECT max(id) FROM range(4)").await;
    assert_eq!(fixture.rows("SELECT h(), default.h()").await, ["3|3"]);
    let cases = [
        ("SELECT f()", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"),
        ("SELECT f(c => 1)", "UNRECOGNIZED_PARAMETER_NAME"),
        ("CREATE TEMPORARY FUNCTION f(a INT) RETURNS INT RETURN a", "ROUTINE_ALREADY_EXISTS"),
        (
            "CREATE TEMPORARY FUNCTION k(a INT, a INT) RETURNS INT RETURN a",
            "DUPLICATE_ROUTINE_PARAMETER_NAMES",
        ),
    ];
    for (sql, condition) in cases {
        assert_eq!(fixture.fails(sql).await, condition, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_run_step_by_step() {
    let fixture = Fixture::new();
    let cases = [
        ("BEGIN DECLARE x INT DEFAULT 1; SET x = x + 1; SELECT x; END", "2"),
        ("BEGIN DECLARE i INT = 0; WHILE i < 3 DO SET i = i + 1; END WHILE; SELECT i; END", "3"),
        (
            "BEGIN DECLARE i INT = 0; l: LOOP SET i = i + 1; IF i > 4 THEN LEAVE l; END IF; END LOOP l; SELECT i; END",
            "5",
        ),
        (
            "BEGIN DECLARE t BIGINT = 0; FOR r AS SELECT id FROM range(4) DO SET t = t + r.id; END FOR; SELECT t; END",
            "6",
        ),
        (
            "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SELECT 'caught'; SELECT * FROM nope; SELECT 1; END",
            "caught",
        ),
        ("BEGIN l: BEGIN DECLARE x INT = 5; BEGIN DECLARE x INT = 6; SELECT x, l.x; END; END; END", "6|5"),
        ("BEGIN CASE 2 WHEN 1 THEN SELECT 'a'; WHEN 2 THEN SELECT 'b'; END CASE; END", "b"),
    ];
    for (sql, row) in cases {
        assert_eq!(fixture.rows(sql).await, [row], "{sql}");
    }
    assert_eq!(fixture.fails("BEGIN IF 5 THEN SELECT 1; END IF; END").await, "INVALID_BOOLEAN_STATEMENT");
    assert!(fixture.rows("BEGIN END").await.is_empty());
}
