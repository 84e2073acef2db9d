//! Relations: everything that yields rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Expr, Literal, PythonFunction, SortOrder, WindowSpec};
use crate::{Source, Span, StructType};

/// Rows, unresolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    pub kind: Box<RelationKind>,
    pub span: Span,
    /// What spans count in from here down; set where a text begins.
    pub source: Option<Arc<Source>>,
    /// The client's id of this DataFrame; `df.col` refers to it.
    pub plan_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RelationKind {
    // ---- leaves
    /// One row without columns (`SELECT 1`).
    OneRow,
    /// A table, view or CTE by name.
    Table {
        name: Vec<String>,
        options: Options,
        time_travel: Option<TimeTravel>,
    },
    /// A data source by format: `spark.read…load()`, ``csv.`path` ``.
    Source(ReadSource),
    /// Rows the client sent along.
    Local(LocalData),
    /// A relation that the session keeps under an id (checkpoint, cached remote relation).
    Cached {
        id: String,
    },
    /// `VALUES (…), (…)`
    Values {
        rows: Vec<Vec<Expr>>,
    },
    Range {
        start: i64,
        end: i64,
        step: i64,
        partitions: Option<usize>,
    },
    /// `FROM f(args)`
    TableFunction {
        name: Vec<String>,
        arguments: Vec<Expr>,
    },
    /// `UNNEST(a, b) [WITH ORDINALITY]`: the elements of arrays side by side.
    Unnest {
        arrays: Vec<Expr>,
        ordinality: bool,
    },
    /// The result rows of a statement (SHOW, DESCRIBE …), used as a relation.
    Statement(Box<super::Statement>),
    /// A question to or an order for the catalog; its answer as rows.
    Catalog(CatalogCall),

    // ---- one input
    Project {
        input: Relation,
        expressions: Vec<Expr>,
    },
    Filter {
        input: Relation,
        condition: Expr,
    },
    Aggregate(Aggregate),
    Sort {
        input: Relation,
        order: Vec<SortOrder>,
        global: bool,
    },
    Limit {
        input: Relation,
        limit: Expr,
    },
    Offset {
        input: Relation,
        offset: Expr,
    },
    /// The last rows.
    Tail {
        input: Relation,
        limit: Expr,
    },
    /// All columns (`columns` empty) or the named ones are the key.
    Deduplicate {
        input: Relation,
        columns: Vec<String>,
        within_watermark: bool,
    },
    /// `alias` qualifies the columns; `columns` renames them when not empty.
    SubqueryAlias {
        input: Relation,
        alias: String,
        columns: Vec<String>,
    },
    /// Rows whose random number falls into `[lower, upper)`; with `deterministic_order` the same rows at every run, whatever
    /// order the input comes in.
    Sample {
        input: Relation,
        lower: f64,
        upper: f64,
        with_replacement: bool,
        seed: Option<i64>,
        deterministic_order: bool,
    },
    Repartition {
        input: Relation,
        partitions: usize,
        shuffle: bool,
    },
    RepartitionBy {
        input: Relation,
        expressions: Vec<Expr>,
        partitions: Option<usize>,
    },
    /// `number` modulo `partitions` is the row's partition.
    RepartitionById {
        input: Relation,
        number: Expr,
        partitions: usize,
    },
    /// New names for all columns, in order.
    ToDf {
        input: Relation,
        names: Vec<String>,
    },
    WithColumnsRenamed {
        input: Relation,
        renames: Vec<(String, String)>,
    },
    /// Adds or replaces columns; every expression is an alias with one name.
    WithColumns {
        input: Relation,
        columns: Vec<Expr>,
    },
    /// `|> SET a = 1`: an alias of one name, which has to be a column's.
    SetColumn {
        input: Relation,
        assignment: Expr,
    },
    /// Drops columns by expression and by name; unknown ones are no error.
    Drop {
        input: Relation,
        columns: Vec<Expr>,
        names: Vec<String>,
    },
    ToSchema {
        input: Relation,
        schema: StructType,
    },
    Hint {
        input: Relation,
        name: String,
        parameters: Vec<Expr>,
    },
    Unpivot(Unpivot),
    Transpose {
        input: Relation,
        index: Option<Expr>,
    },
    /// `LATERAL VIEW [OUTER] generator(…) alias AS columns`
    LateralView {
        input: Relation,
        generator: Expr,
        outer: bool,
        alias: Option<String>,
        columns: Vec<String>,
    },
    /// QUALIFY: the rows of `input`, a select list, for which the condition holds; it may use windows and aliases.
    Qualify {
        input: Relation,
        condition: Expr,
    },
    /// Window definitions of a WINDOW clause, visible to the expressions of `input`.
    WithWindows {
        input: Relation,
        windows: Vec<(String, WindowSpec)>,
    },
    /// CTE definitions, visible in `input`.
    With {
        input: Relation,
        definitions: Vec<CommonTable>,
        recursive: bool,
    },
    /// Values for `:name` and `?` in `input`.
    Parameters {
        input: Relation,
        named: BTreeMap<String, Expr>,
        positional: Vec<Expr>,
    },
    Watermark {
        input: Relation,
        event_time: String,
        delay: String,
    },
    CollectMetrics {
        input: Relation,
        name: String,
        metrics: Vec<Expr>,
    },
    /// Parses a string column of CSV or JSON text (`spark.read.json(df)`).
    Parse {
        input: Relation,
        format: String,
        schema: Option<StructType>,
        options: Options,
    },
    /// `mapInPandas`, `mapInArrow`.
    MapPartitions {
        input: Relation,
        function: Arc<PythonFunction>,
        name: String,
    },
    /// `groupBy().applyInPandas` and relatives.
    GroupMap {
        input: Relation,
        grouping: Vec<Expr>,
        function: Arc<PythonFunction>,
        name: String,
    },

    /// A Python table function that came with the plan.
    PythonTable {
        name: String,
        function: Arc<super::PythonTableFunction>,
        arguments: Vec<Expr>,
    },
    /// `groupBy().cogroup().applyInPandas` and relatives.
    CogroupMap(Box<CogroupMap>),

    // ---- na and stat functions
    FillNa {
        input: Relation,
        columns: Vec<String>,
        values: Vec<Literal>,
    },
    /// Keeps rows with at least `min_non_nulls` (`None`: all) non-null values among `columns` (empty: all).
    DropNa {
        input: Relation,
        columns: Vec<String>,
        min_non_nulls: Option<usize>,
    },
    Replace {
        input: Relation,
        columns: Vec<String>,
        replacements: Vec<(Literal, Literal)>,
    },
    Summary {
        input: Relation,
        statistics: Vec<String>,
    },
    Describe {
        input: Relation,
        columns: Vec<String>,
    },
    Crosstab {
        input: Relation,
        left: String,
        right: String,
    },
    Covariance {
        input: Relation,
        left: String,
        right: String,
    },
    Correlation {
        input: Relation,
        left: String,
        right: String,
        method: String,
    },
    ApproxQuantile {
        input: Relation,
        columns: Vec<String>,
        probabilities: Vec<f64>,
        relative_error: f64,
    },
    FreqItems {
        input: Relation,
        columns: Vec<String>,
        support: f64,
    },
    SampleBy {
        input: Relation,
        column: Expr,
        fractions: Vec<(Literal, f64)>,
        seed: Option<i64>,
    },

    // ---- display
    ShowString {
        input: Relation,
        rows: usize,
        truncate: usize,
        vertical: bool,
    },
    HtmlString {
        input: Relation,
        rows: usize,
        truncate: usize,
    },

    // ---- two inputs
    Join(Join),
    SetOperation(SetOperation),
    AsOfJoin(Box<AsOfJoin>),
    NearestBy(Box<NearestBy>),
    /// Columns side by side, of two projections of the same rows.
    Zip {
        left: Relation,
        right: Relation,
    },

    // ---- relations referred to by plan id from subquery expressions
    /// Subquery expressions inside `root` refer to `references` by plan id.
    WithRelations {
        root: Relation,
        references: Vec<Relation>,
    },
}

/// Reader and writer options; keys are compared without case.
pub type Options = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReadSource {
    /// `None`: `spark.sql.sources.default`.
    pub format: Option<String>,
    pub schema: Option<StructType>,
    pub options: Options,
    pub paths: Vec<String>,
    pub is_streaming: bool,
}

/// Rows as an Arrow IPC stream, with the schema the client asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalData {
    pub arrow_ipc: Option<Arc<[u8]>>,
    pub schema: Option<StructType>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TimeTravel {
    Version(Expr),
    Timestamp(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub struct CommonTable {
    pub name: String,
    pub columns: Vec<String>,
    /// `MAX RECURSION LEVEL n`: how often the step of a recursive one may run.
    pub max_levels: Option<u64>,
    pub relation: Relation,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    pub input: Relation,
    pub grouping: Grouping,
    /// The output, grouping expressions included only where listed (SQL) or prepended (`groups_in_output`).
    pub aggregates: Vec<Expr>,
    /// DataFrame `groupBy().agg()` puts the grouping expressions in front of the output; SQL lists them itself.
    pub groups_in_output: bool,
    /// SQL's HAVING; may use aggregates and aliases of the output.
    pub having: Option<Expr>,
    pub pivot: Option<Pivot>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Grouping {
    /// Plain expressions; none at all is one global group.
    By(Vec<Expr>),
    /// `GROUP BY ALL`
    All,
    Rollup(Vec<Expr>),
    Cube(Vec<Expr>),
    /// `GROUP BY a, b GROUPING SETS (…)`: the expressions and the sets of them.
    Sets {
        expressions: Vec<Expr>,
        sets: Vec<Vec<Expr>>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    /// One column, or several for `PIVOT … FOR (a, b) IN ((1, 2), …)`.
    pub columns: Vec<Expr>,
    /// Values with their optional names; empty means: find the distinct values by running the input.
    pub values: Vec<(Vec<Expr>, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Unpivot {
    pub input: Relation,
    /// Columns kept in every row; `None`: all that are not unpivoted (SQL).
    pub ids: Option<Vec<Expr>>,
    /// Groups of value columns with optional names; `None`: all that are not ids.
    pub values: Option<Vec<(Vec<Expr>, Option<String>)>>,
    pub variable_name: String,
    pub value_names: Vec<String>,
    pub include_nulls: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub left: Relation,
    pub right: Relation,
    pub join_type: JoinType,
    pub condition: JoinCondition,
    /// The right side may refer to columns of the left.
    pub lateral: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinType {
    Inner,
    Cross,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    LeftAnti,
}

#[derive(Debug, Clone, PartialEq)]
pub enum JoinCondition {
    None,
    On(Expr),
    Using(Vec<String>),
    Natural,
}

#[derive(Debug, Clone, PartialEq)]
pub struct SetOperation {
    pub left: Relation,
    pub right: Relation,
    pub operator: SetOperator,
    pub all: bool,
    pub by_name: bool,
    pub allow_missing_columns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    Union,
    Intersect,
    Except,
}

/// A function over the groups of two inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct CogroupMap {
    pub left: Relation,
    pub left_grouping: Vec<Expr>,
    pub right: Relation,
    pub right_grouping: Vec<Expr>,
    pub function: Arc<PythonFunction>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AsOfJoin {
    pub left: Relation,
    pub right: Relation,
    pub left_as_of: Expr,
    pub right_as_of: Expr,
    pub condition: Option<Expr>,
    pub using: Vec<String>,
    pub join_type: JoinType,
    pub tolerance: Option<Expr>,
    pub allow_exact_matches: bool,
    /// `backward`, `forward` or `nearest`.
    pub direction: String,
}

/// `left JOIN right EXACT NEAREST n BY DISTANCE ranking`
#[derive(Debug, Clone, PartialEq)]
pub struct NearestBy {
    pub left: Relation,
    pub right: Relation,
    /// Inner or left outer.
    pub join_type: JoinType,
    pub ranking: Expr,
    /// How many rows of the right side a row of the left side gets at most.
    pub results: usize,
    /// The rows with the greatest values come first, not those with the least.
    pub by_similarity: bool,
}

impl NearestBy {
    pub const MOST_RESULTS: usize = 100_000;
}

impl Relation {
    pub fn new(kind: RelationKind) -> Self {
        Relation { kind: Box::new(kind), span: Span::NONE, source: None, plan_id: None }
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    pub fn table(name: impl Into<String>) -> Self {
        Relation::new(RelationKind::Table {
            name: vec![name.into()],
            options: Options::new(),
            time_travel: None,
        })
    }
}

/// What `spark.catalog.*` asks; names are multi-part, patterns are Spark's (`*` and `|`).
#[derive(Debug, Clone, PartialEq)]
pub enum CatalogCall {
    CurrentCatalog,
    SetCurrentCatalog {
        name: String,
    },
    ListCatalogs {
        pattern: Option<String>,
    },
    CurrentDatabase,
    SetCurrentDatabase {
        name: Vec<String>,
    },
    ListDatabases {
        pattern: Option<String>,
    },
    GetDatabase {
        name: Vec<String>,
    },
    DatabaseExists {
        name: Vec<String>,
    },
    ListTables {
        database: Option<Vec<String>>,
        pattern: Option<String>,
    },
    ListViews {
        database: Option<Vec<String>>,
        pattern: Option<String>,
    },
    GetTable {
        name: Vec<String>,
    },
    TableExists {
        name: Vec<String>,
    },
    ListColumns {
        table: Vec<String>,
    },
    ListPartitions {
        table: Vec<String>,
    },
    ListFunctions {
        database: Option<Vec<String>>,
        pattern: Option<String>,
    },
    GetFunction {
        name: Vec<String>,
    },
    FunctionExists {
        name: Vec<String>,
    },
    GetTableProperties {
        table: Vec<String>,
    },
    GetCreateTable {
        table: Vec<String>,
    },
    DropTempView {
        name: String,
    },
    DropGlobalTempView {
        name: String,
    },
    IsCached {
        table: Vec<String>,
    },
    /// Runs a statement and answers nothing (create, drop, truncate, cache, refresh …).
    Run(Box<super::Statement>),
}
