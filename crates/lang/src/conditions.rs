//! Spark's error conditions: name, SQLSTATE and our message template, one sorted line each.
//!
//! Names and SQLSTATEs are Spark's (its error-conditions reference page); the sentences are ours. `<name>` in a
//! template is replaced by the parameter of that name. Sub-conditions are written `MAIN.SUB`.

use std::collections::BTreeMap;

/// One condition of the table.
#[derive(Debug)]
pub struct Condition {
    pub name: &'static str,
    pub sql_state: &'static str,
    pub message: &'static str,
}

/// The condition of that name, by binary search.
pub fn find(name: &str) -> Option<&'static Condition> {
    CONDITIONS.binary_search_by(|c| c.name.cmp(name)).ok().map(|i| &CONDITIONS[i])
}

/// Fills `<name>` placeholders.
pub fn fill(template: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut out = template.to_string();
    for (name, value) in parameters {
        out = out.replace(&format!("<{name}>"), value);
    }
    out
}

const fn c(name: &'static str, sql_state: &'static str, message: &'static str) -> Condition {
    Condition { name, sql_state, message }
}

/// Sorted by name (a test checks it).
#[rustfmt::skip]
static CONDITIONS: &[Condition] = &[
    c("ALL_PARTITION_COLUMNS_NOT_ALLOWED", "KD005", "Not all columns can be partition columns."),
    c("AMBIGUOUS_COLUMN_OR_FIELD", "42702", "The name <name> fits <n> columns or fields; qualify it."),
    c("AMBIGUOUS_COLUMN_REFERENCE", "42702", "Column <name> could come from several inputs of this plan. Give the DataFrames aliases and refer to the column by name."),
    c("AMBIGUOUS_LATERAL_COLUMN_ALIAS", "42702", "The lateral column alias <name> has <n> matches."),
    c("AMBIGUOUS_REFERENCE", "42704", "The reference <name> is ambiguous; it could be: <referenceNames>."),
    c("ARITHMETIC_OVERFLOW", "22003", "<message>. Use <alternative> to tolerate overflow and get NULL instead, or set <config> to false."),
    c("ARTIFACT_ALREADY_EXISTS", "42713", "The artifact <normalizedRemoteRelativePath> exists already with other content; artifacts cannot be replaced."),
    c("ASSIGNMENT_ARITY_MISMATCH", "42802", "<numExpr> values for <numTarget> targets."),
    c("BINARY_ARITHMETIC_OVERFLOW", "22003", "<value1> <symbol> <value2> caused overflow. Use <functionName> to get NULL instead."),
    c("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", "42825", "The types <left> and <right> cannot be merged."),
    c("CANNOT_MODIFY_CONFIG", "46110", "The setting <key> belongs to the cluster and cannot be changed in a session."),
    c("CANNOT_MODIFY_STATIC_CONFIG", "46110", "The static setting <key> cannot be changed once the server runs."),
    c("CANNOT_PARSE_TIMESTAMP", "22007", "<message>. Use <func> to tolerate invalid input and get NULL instead."),
    c("CAST_INVALID_INPUT", "22018", "The value <expression> of the type <sourceType> cannot be cast to <targetType> because it is malformed. Correct the value, or use `try_cast` to get NULL instead."),
    c("CAST_OVERFLOW", "22003", "The value <value> of the type <sourceType> does not fit into <targetType>. Use `try_cast` to get NULL instead."),
    c("CATALOG_NOT_FOUND", "42P08", "The catalog <catalogName> does not exist."),
    c("COLLATION_INVALID_NAME", "42704", "Unknown collation <collationName>. Suggestions: <proposals>."),
    c("COLUMN_ALREADY_EXISTS", "42711", "The column <columnName> occurs more than once. Rename one of them."),
    c("COLUMN_NOT_DEFINED_IN_TABLE", "42703", "The <colType> column <colName> is not defined in table <tableName>; its columns are: <tableCols>."),
    c("COLUMN_NOT_FOUND", "42703", "The column <colName> does not exist. Case matters as <caseSensitiveConfig> says."),
    c("COLUMN_NOT_IN_GROUP_BY_CLAUSE", "42803", "The expression <expression> is neither in the GROUP BY clause nor an aggregate."),
    c("COLUMN_ORDINAL_OUT_OF_BOUNDS", "22003", "Column ordinal out of bounds: <columnLength> columns, ordinal <columnOrdinal>."),
    c("CONCURRENT_WRITE", "40001", "Another writer is committing to <path>."),
    c("CONNECT_INVALID_PLAN.CANNOT_PARSE", "56K00", "The plan cannot be read: <errorMsg>."),
    c("COUNTER_DIFF_NEGATIVE_COUNTER_VALUE", "22003", "The function `counter_diff` was given the negative counter value <value>."),
    c("COUNTER_DIFF_START_TIME_DECREASED", "22023", "The start time given to `counter_diff` decreased from <before> to <now> (microseconds since 1970)."),
    c("CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", "21S01", "Cannot create view <viewName>: too few data columns (<dataColumns>) for the view columns <viewColumns>."),
    c("CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS", "21S01", "Cannot create view <viewName>: too many data columns (<dataColumns>) for the view columns <viewColumns>."),
    c("CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE", "42601", "CREATE VIEW <viewName> cannot have both OR REPLACE and IF NOT EXISTS."),
    c("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", "42K09", "Cannot resolve <sqlExpr>: the operands have incompatible types (<left> and <right>)."),
    c("DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", "42K09", "Cannot resolve <sqlExpr>: the operator needs <inputType>, not <actualDataType>."),
    c("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09", "Cannot resolve <sqlExpr>: <srcType> cannot be cast to <targetType>."),
    c("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", "42K09", "Cannot resolve <sqlExpr>: <srcType> cannot be cast to <targetType> with ANSI mode on. Set <config> to <configVal> to allow it."),
    c("DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", "42K09", "Cannot resolve <sqlExpr>: <srcType> cannot be cast to <targetType>. Use <functionNames> instead."),
    c("DATATYPE_MISMATCH.CREATE_MAP_KEY_DIFF_TYPES", "42K09", "Cannot resolve <sqlExpr>: all keys of a map must have one type; found <dataType>."),
    c("DATATYPE_MISMATCH.DATA_DIFF_TYPES", "42K09", "Cannot resolve <sqlExpr>: the arguments of <functionName> must have one type; found <dataType>."),
    c("DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "42K09", "Cannot resolve <sqlExpr>: the filter condition is <filter>, not BOOLEAN."),
    c("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", "42K09", "Cannot resolve <sqlExpr>: <dataType> has no order."),
    c("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", "42K09", "Cannot resolve <sqlExpr>: the input <inputName> must be a constant <inputType>, not <inputExpr>."),
    c("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09", "Cannot resolve <sqlExpr>: argument <paramIndex> must be <requiredType>, but <inputSql> is <inputType>."),
    c("DATATYPE_MISMATCH.UNEXPECTED_NULL", "42K09", "Cannot resolve <sqlExpr>: <exprName> must not be null."),
    c("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", "Cannot resolve <sqlExpr>: <exprName> must be in <valueRange> (it is <currentValue>)."),
    c("DATATYPE_MISSING_SIZE", "42K01", "The type <type> needs a length, as in <type>(10)."),
    c("DATETIME_FIELD_OUT_OF_BOUNDS", "22023", "<rangeMessage>."),
    c("DATETIME_OVERFLOW", "22008", "Datetime operation overflow: <operation>."),
    c("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "22003", "The decimal precision <precision> exceeds the maximum of <maxPrecision>."),
    c("DECIMAL_SCALE_EXCEEDS_PRECISION", "42K09", "The decimal scale <scale> exceeds the precision <precision>."),
    c("DIVIDE_BY_ZERO", "22012", "Division by zero. Use `try_divide` to get NULL instead, or set <config> to false."),
    c("DUPLICATED_CTE_NAMES", "42602", "The names of common table expressions occur more than once: <duplicateNames>."),
    c("DUPLICATED_MAP_KEY", "23505", "The map key <key> occurs twice. Set <mapKeyDedupPolicy> to LAST_WIN to keep the last."),
    c("DUPLICATE_CLAUSES", "42614", "The clause <clauseName> occurs more than once."),
    c("DUPLICATE_KEY", "23505", "The key <keyColumn> occurs more than once."),
    c("EXEC_IMMEDIATE_DUPLICATE_ARGUMENT_ALIASES", "42701", "The argument aliases <aliases> occur more than once."),
    c("EXPECT_PERMANENT_VIEW_NOT_TEMP", "42809", "<operation> needs a persistent view, but <viewName> is a temporary one."),
    c("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", "42809", "<operation> needs a table, but <viewName> is a view."),
    c("EXPRESSION_TYPE_IS_NOT_ORDERABLE", "42822", "The expression <expr> cannot be ordered because its type is <exprType>."),
    c("FAILED_EXECUTE_UDF", "39000", "The user function <functionName> failed: <reason>"),
    c("FAILED_READ_FILE.FILE_NOT_EXIST", "KD001", "The file <path> does not exist."),
    c("FAILED_READ_FILE.NO_HINT", "KD001", "The file <path> could not be read: <reason>"),
    c("FAILED_TO_PARSE_TOO_COMPLEX", "54001", "The statement is nested too deeply or expands too far to be parsed. Split it, for example with common table expressions."),
    c("FIELD_NOT_FOUND", "42704", "No struct field <fieldName> in <fields>."),
    c("FORBIDDEN_OPERATION", "42809", "The operation <statement> is not allowed on the <objectType> <objectName>."),
    c("GROUP_BY_AGGREGATE", "42903", "Aggregate functions are not allowed in GROUP BY, but found <sqlExpr>."),
    c("GROUP_BY_POS_AGGREGATE", "42903", "GROUP BY <index> refers to <aggExpr>, which contains an aggregate function."),
    c("GROUP_BY_POS_OUT_OF_RANGE", "42805", "GROUP BY position <index> is not in the select list (1 to <size>)."),
    c("ILLEGAL_ARGUMENT", "42601", "<message>"),
    c("INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST", "KD000", "Cannot write to table <tableName>: <colName> is <targetType>, and <srcType> cannot be cast to it safely."),
    c("INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", "KD000", "Cannot write to table <tableName>: it has no columns <extraColumns>."),
    c("INCOMPATIBLE_JOIN_TYPES", "42613", "The join types <joinType1> and <joinType2> exclude each other."),
    c("INCOMPATIBLE_TYPES_IN_INLINE_TABLE", "42825", "Incompatible types in column <colName> of the inline table."),
    c("INCOMPLETE_TYPE_DEFINITION.ARRAY", "42K01", "The ARRAY type needs an element type, as in ARRAY<INT>."),
    c("INCOMPLETE_TYPE_DEFINITION.MAP", "42K01", "The MAP type needs a key and a value type, as in MAP<STRING, INT>."),
    c("INCOMPLETE_TYPE_DEFINITION.STRUCT", "42K01", "The STRUCT type needs fields, as in STRUCT<a: INT>."),
    c("INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", "21S01", "Cannot write to <tableName>: too few data columns (<dataColumns>) for the table columns <tableColumns>."),
    c("INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS", "21S01", "Cannot write to <tableName>: too many data columns (<dataColumns>) for the table columns <tableColumns>."),
    c("INSERT_INTO_PARTITION_BY", "42601", "insertInto() takes the partitioning from the table; do not call partitionBy()."),
    c("INTERNAL_ERROR", "XX000", "<message>. This is a bug in Firesteel; please report it."),
    c("INTERVAL_ARITHMETIC_OVERFLOW", "22015", "Overflow in interval arithmetic: <message>."),
    c("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "22015", "Integer overflow in interval arithmetic."),
    c("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "22015", "Integer overflow in interval arithmetic. Use <functionName> to get NULL instead."),
    c("INTERVAL_DIVIDED_BY_ZERO", "22012", "Division by zero. Use `try_divide` to get NULL instead."),
    c("INVALID_ARRAY_INDEX", "22003", "The index <indexValue> is out of bounds; the array has <arraySize> elements. Use `get` to get NULL instead."),
    c("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "22003", "The index <indexValue> is out of bounds; the array has <arraySize> elements. Use `try_element_at` to get NULL instead."),
    c("INVALID_ARTIFACT_PATH", "22023", "The artifact name <name> is not a relative path inside the artifact folder."),
    c("INVALID_ATTRIBUTE_NAME_SYNTAX", "42601", "The attribute name <name> is malformed: check that backticks come in pairs and quote one whole part."),
    c("INVALID_BITMAP_POSITION", "22003", "The bitmap position <bitPosition> is out of bounds; the bitmap has <bitmapNumBits> bits (<bitmapNumBytes> bytes)."),
    c("INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS", "42K04", "Cannot clone into session <targetSessionId>: it exists already."),
    c("INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", "22022", "The value '<confValue>' of the setting <confName> is invalid. It must be one of: <confOptions>."),
    c("INVALID_CONF_VALUE.TIME_ZONE", "22022", "The value '<confValue>' of the setting <confName> is no time zone."),
    c("INVALID_CONF_VALUE.TYPE_MISMATCH", "22022", "The value '<confValue>' of the setting <confName> is invalid. It must be a '<confType>' value."),
    c("INVALID_CURSOR.DISCONNECTED", "HY109", "The cursor is invalid: another request took over."),
    c("INVALID_CURSOR.NOT_REATTACHABLE", "HY109", "The cursor is invalid: the operation cannot be reattached to."),
    c("INVALID_CURSOR.POSITION_NOT_AVAILABLE", "HY109", "The cursor is invalid: the response <responseId> has been dropped already; the first one at hand is <index>."),
    c("INVALID_CURSOR.POSITION_NOT_FOUND", "HY109", "The cursor is invalid: there is no response <responseId>."),
    c("INVALID_ESC", "42604", "The escape character of LIKE must be a string of one character, found <invalidEscape>."),
    c("INVALID_EXTRACT_BASE_FIELD_TYPE", "42000", "Cannot extract a value from <base>: a complex type is needed, found <other>."),
    c("INVALID_EXTRACT_FIELD_TYPE", "42000", "The field name must be a non-null string literal, found <extraction>."),
    c("INVALID_FRACTION_OF_SECOND", "22023", "Valid seconds are 0 to 60, found <secAndMicros>."),
    c("INVALID_HANDLE.FORMAT", "HY000", "The handle <handle> is invalid: it must be a UUID."),
    c("INVALID_HANDLE.OPERATION_ABANDONED", "HY000", "The handle <handle> is invalid: the operation was abandoned."),
    c("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", "HY000", "The handle <handle> is invalid: the operation exists already."),
    c("INVALID_HANDLE.OPERATION_NOT_FOUND", "HY000", "The handle <handle> is invalid: no such operation."),
    c("INVALID_HANDLE.SESSION_CHANGED", "HY000", "The handle <handle> is invalid: the session has changed."),
    c("INVALID_HANDLE.SESSION_CLOSED", "HY000", "The handle <handle> is invalid: the session was closed."),
    c("INVALID_HANDLE.SESSION_NOT_FOUND", "HY000", "The handle <handle> is invalid: no such session."),
    c("INVALID_IDENTIFIER", "42602", "The identifier <ident> needs backticks: `<ident>`."),
    c("INVALID_INDEX_OF_ZERO", "22003", "The index 0 is invalid; positions start at 1 (or -1 from the end)."),
    c("INVALID_INTERVAL_FORMAT.INPUT_IS_INVALID", "22006", "The text <input> is not a valid interval."),
    c("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "22006", "The text <input> is not an interval: cannot parse <interval>."),
    c("INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE", "22006", "The time zone offset <input> must be between -18 and +18 hours, in whole seconds."),
    c("INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE", "22006", "The text <input> does not match the <intervalStr> format of <supportedFormat> for <typeName>."),
    c("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", "22006", "The interval <input> cannot be written from <from> to <to>."),
    c("INVALID_JSON_DATA_TYPE", "2203G", "This JSON is no data type: <invalidType>."),
    c("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", "42K0E", "The expression <expr> of <name> must not be negative, found <v>."),
    c("INVALID_NUMERIC_LITERAL_RANGE", "22003", "The number <rawStrippedQualifier> does not fit into <typeName>."),
    c("INVALID_PARAMETER_VALUE.DATETIME_UNIT", "22023", "The parameter <parameter> of <functionName> must be a unit without quotes, such as DAY; found <invalidValue>."),
    c("INVALID_PARAMETER_VALUE.NULL", "22023", "The parameter <parameter> of <functionName> must not be null."),
    c("INVALID_PARAMETER_VALUE.PATTERN", "22023", "The parameter <parameter> of <functionName> is not a valid pattern: <value>."),
    c("INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", "22023", "The group index of <functionName> must be between 0 and <groupCount>, found <groupIndex>."),
    c("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", "42601", "Table <name> is not partitioned."),
    c("INVALID_PLAN_INPUT", "42000", "The plan is malformed: <reason>"),
    c("INVALID_RESET_COMMAND_FORMAT", "42000", "RESET takes nothing or one key; put keys with special characters into backticks."),
    c("INVALID_SET_SYNTAX", "42000", "SET takes `key`, `key = value` or `-v`; put keys with special characters into backticks."),
    c("INVALID_SQL_SYNTAX", "42000", "Invalid SQL syntax: <inputString>"),
    c("INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", "42000", "IN needs at least one value."),
    c("INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN", "42000", "LIKE ANY, SOME and ALL need at least one pattern."),
    c("INVALID_SQL_SYNTAX.EMPTY_TABLESAMPLE", "42000", "TABLESAMPLE needs a size."),
    c("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", "42000", "The function <prettyName> does not support <syntax>."),
    c("INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES", "42000", "The table argument <argumentName> needs parentheses: TABLE(<argumentName>)."),
    c("INVALID_STATEMENT_OR_CLAUSE", "42601", "The statement or clause is not valid: <operation>."),
    c("INVALID_TEMP_OBJ_REFERENCE", "42K0F", "The persistent <obj> <objName> cannot refer to the temporary <tempObj> <tempObjName>. Make both persistent or both temporary."),
    c("INVALID_TIMEZONE", "22009", "The time zone <timeZone> is invalid: it must be a region such as America/Los_Angeles or an offset such as +01:00."),
    c("INVALID_TYPED_LITERAL", "42604", "The value <value> of the typed literal <valueType> is invalid."),
    c("INVALID_VIEW_TEXT", "XX000", "The text of view <viewName> no longer parses: <viewText>"),
    c("INVALID_WHERE_CONDITION", "42903", "The WHERE condition <condition> contains invalid expressions: <expressionList>."),
    c("INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", "42K0K", "The function <funcName> needs WITHIN GROUP."),
    c("INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS", "42K0K", "The function <funcName> needs <expectedNum> orderings in WITHIN GROUP, found <actualNum>."),
    c("LOCATION_ALREADY_EXISTS", "42710", "The location <location> of the managed table <identifier> exists already."),
    c("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", "22023", "Malformed record: <badRecord>. Parse mode: FAILFAST. Use mode PERMISSIVE to get NULL instead."),
    c("MISSING_AGGREGATION", "42803", "The expression <expression> is not aggregated. Add it to GROUP BY or wrap it in an aggregate such as any_value."),
    c("MISSING_GROUP_BY", "42803", "The query contains aggregate functions but no GROUP BY clause."),
    c("MULTIPLE_MATCHING_CONSTRAINTS", "42891", "More than one constraint matches."),
    c("NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION", "22003", "The frequency <frequencyExpression> has the negative value <negativeValue>."),
    c("NESTED_AGGREGATE_FUNCTION", "42607", "An aggregate function must not stand inside another one."),
    c("NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION", "42613", "Only the last WHEN MATCHED clause may omit its condition."),
    c("NOT_A_PARTITIONED_TABLE", "42809", "<tableIdentWithDB> is not partitioned, so <operation> is not allowed."),
    c("NOT_SUPPORTED_BY_FIRESTEEL", "0A000", "<feature> is not supported by Firesteel."),
    c("NULL_MAP_KEY", "2200E", "A map key must not be null."),
    c("NUMERIC_OUT_OF_SUPPORTED_RANGE", "22003", "The value <value> is outside the supported numeric range."),
    c("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", "22003", "The value <roundedValue> does not fit into DECIMAL(<precision>,<scale>)."),
    c("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", "22003", "The value <value> does not fit into DECIMAL(<precision>,<scale>). Set <config> to false to get NULL instead."),
    c("NUM_COLUMNS_MISMATCH", "42826", "<operator> needs inputs with equal numbers of columns: the first has <firstNumColumns>, input <invalidOrdinalNum> has <invalidNumColumns>."),
    c("NUM_TABLE_VALUE_ALIASES_MISMATCH", "42826", "<aliasesNum> column aliases for <outColsNum> output columns of <funcName>."),
    c("OPERATION_CANCELED", "HY008", "The operation was canceled."),
    c("ORDER_BY_POS_OUT_OF_RANGE", "42805", "ORDER BY position <index> is not in the select list (1 to <size>)."),
    c("PARSE_EMPTY_STATEMENT", "42617", "Syntax error: the statement is empty."),
    c("PARSE_SYNTAX_ERROR", "42601", "Syntax error at or near <error><hint>."),
    c("PARTITIONS_NOT_FOUND", "428FT", "Table <tableName> has no partitions <partitionList>."),
    c("PATH_ALREADY_EXISTS", "42K04", "The path <outputPath> exists already. Use mode \"overwrite\" to replace it."),
    c("PATH_NOT_FOUND", "42K03", "The path does not exist: <path>."),
    c("PIVOT_VALUE_DATA_TYPE_MISMATCH", "42K09", "The pivot value <value> has type <valueType>; the pivot column has <pivotType>."),
    c("RECURSIVE_VIEW", "42K0H", "The view <viewIdent> refers to itself: <newPath>."),
    c("REMAINDER_BY_ZERO", "22012", "Remainder by zero. Use `try_mod` to get NULL instead, or set <config> to false."),
    c("REQUIRES_SINGLE_PART_NAMESPACE", "42K05", "<sessionCatalog> needs a single-part namespace, found <namespace>."),
    c("ROUTINE_ALREADY_EXISTS", "42723", "The <newRoutineType> <routineName> exists already."),
    c("ROUTINE_NOT_FOUND", "42883", "The routine <routineName> does not exist."),
    c("SCALAR_SUBQUERY_TOO_MANY_ROWS", "21000", "A scalar subquery returned more than one row."),
    c("SCHEMA_ALREADY_EXISTS", "42P06", "The schema <schemaName> exists already. Use IF NOT EXISTS to tolerate this."),
    c("SCHEMA_NOT_EMPTY", "2BP01", "The schema <schemaName> contains objects. Use DROP SCHEMA … CASCADE to drop them too."),
    c("SCHEMA_NOT_FOUND", "42704", "The schema <schemaName> does not exist. Check the name, or use IF EXISTS."),
    c("SQL_CONF_NOT_FOUND", "42K0I", "The setting <sqlConf> is unknown. Check its name, or give a default."),
    c("SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", "42601", "`!` stands for NOT only in front of an expression; write NOT <clause>."),
    c("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "The table or view <relationName> exists already. Choose another name, or use IF NOT EXISTS or OR REPLACE."),
    c("TABLE_OR_VIEW_NOT_FOUND", "42P01", "The table or view <relationName> does not exist. Check the name, the current schema, or use IF EXISTS."),
    c("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", "The temporary view <relationName> exists already. Use OR REPLACE."),
    c("TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS", "428EK", "A temporary view has a name of one part, found <actualName>."),
    c("UNABLE_TO_ACQUIRE_MEMORY", "53200", "Out of memory: asked for <requestedBytes> bytes, got <receivedBytes>."),
    c("UNBOUND_SQL_PARAMETER", "42P02", "The parameter <name> has no value. Pass it in `args`."),
    c("UNCLOSED_BRACKETED_COMMENT", "42601", "A bracketed comment that starts at position <position> is not closed."),
    c("UNPIVOT_REQUIRES_VALUE_COLUMNS", "42K0A", "UNPIVOT needs at least one value column."),
    c("UNPIVOT_VALUE_DATA_TYPE_MISMATCH", "42K09", "The unpivot value columns have no common type: <types>."),
    c("UNRECOGNIZED_SQL_TYPE", "42704", "Unknown type <typeName>."),
    c("UNRESOLVABLE_TABLE_VALUED_FUNCTION", "42883", "The table-valued function <name> is unknown."),
    c("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703", "There is no column, variable or function parameter named <objectName>."),
    c("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", "There is no column, variable or function parameter named <objectName>. Did you mean one of: [<proposal>]?"),
    c("UNRESOLVED_FIELD.WITH_SUGGESTION", "42703", "The struct <columnPath> has no field <fieldName>. Did you mean one of: [<proposal>]?"),
    c("UNRESOLVED_ROUTINE", "42883", "There is no function <routineName> on the search path <searchPath>."),
    c("UNRESOLVED_USING_COLUMN_FOR_JOIN", "42703", "The USING column <colName> is missing on the <side> side of the join. That side has: [<suggestion>]."),
    c("UNSUPPORTED_DATATYPE", "0A000", "Unsupported data type <typeName>."),
    c("UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000", "The <format> format does not support the column <columnName> of type <columnType>."),
    c("UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", "0A000", "ORDER BY, SORT BY, DISTRIBUTE BY and CLUSTER BY cannot be combined like this."),
    c("UNSUPPORTED_FEATURE.DROP_DATABASE", "0A000", "The default database <database> cannot be dropped."),
    c("UNSUPPORTED_FEATURE.OPTION", "0A000", "The option <option> of <format> is not supported."),
    c("UNSUPPORTED_SAVE_MODE.EXISTENT_PATH", "0A000", "The save mode <saveMode> is not supported for an existing path."),
    c("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY", "0A000", "Correlated scalar subqueries are only supported in filters, aggregations, projections and UPDATE/MERGE/DELETE."),
    c("UNSUPPORTED_TIME_PRECISION", "0A001", "The TIME precision <precision> is not between 0 and 6."),
    c("UNSUPPORTED_TYPED_LITERAL", "0A000", "Literals of the type <unsupportedType> are not supported; supported are <supportedTypes>."),
    c("USER_RAISED_EXCEPTION", "P0001", "<errorMessage>"),
    c("WRONG_COMMAND_FOR_OBJECT_TYPE", "42809", "<operation> needs a <requiredType>, but <objectName> is a <foundType>. Use <alternative>."),
    c("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", "<functionName> takes <expectedNum> arguments, found <actualNum>."),
    c("_LEGACY_ERROR_TEMP_0029", "22006", "Cannot mix year-month and day-time fields: <literal>."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_sorted_and_unique() {
        for pair in CONDITIONS.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} must come before {}", pair[1].name, pair[0].name);
        }
    }

    #[test]
    fn placeholders_are_filled() {
        let parameters = BTreeMap::from([("path".to_string(), "/x".to_string())]);
        assert_eq!(fill("The path does not exist: <path>.", &parameters), "The path does not exist: /x.");
    }
}
