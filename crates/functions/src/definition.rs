//! The contract between the resolver and a function.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::TableReference;
use datafusion::logical_expr::expr::{AggregateFunction, Sort};
use datafusion::logical_expr::{AggregateUDF, Expr};
use lang::{Error, Result};

/// What the session decides about expressions.
#[derive(Debug, Clone)]
pub struct Context {
    /// `spark.sql.ansi.enabled`
    pub ansi: bool,
    /// `spark.sql.session.timeZone`
    pub time_zone: Arc<str>,
    /// When the query started, in microseconds since the epoch: `current_timestamp()` is one instant a query.
    pub now_micros: i64,
    /// `spark.sql.caseSensitive`
    pub case_sensitive: bool,
    pub current_database: Arc<str>,
    pub user: Arc<str>,
    /// `spark.sql.mapKeyDedupPolicy` is `LAST_WIN` rather than `EXCEPTION`.
    pub map_key_last_wins: bool,
}

/// One resolved argument: an expression and the field it yields.
#[derive(Debug, Clone)]
pub struct Argument {
    pub expr: Expr,
    /// Type, nullability and metadata (Spark types that Arrow lacks); its name is the output name Spark would give.
    pub field: FieldRef,
    /// Set for `name => value`.
    pub keyword: Option<String>,
}

impl Argument {
    pub fn data_type(&self) -> &DataType {
        self.field.data_type()
    }

    /// The output name of the argument (`struct(a, b)` names its fields by it).
    pub fn name(&self) -> &str {
        self.field.name()
    }

    pub fn nullable(&self) -> bool {
        self.field.is_nullable()
    }

    /// The constant, if the argument is a literal.
    pub fn literal(&self) -> Option<&datafusion::common::ScalarValue> {
        match &self.expr {
            Expr::Literal(value, _) => Some(value),
            Expr::Alias(alias) => match alias.expr.as_ref() {
                Expr::Literal(value, _) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }
}

/// One use of a function.
#[derive(Debug)]
pub struct Call<'a> {
    /// The name it was called by, lower case.
    pub name: &'a str,
    pub arguments: Vec<Argument>,
    pub distinct: bool,
    /// `FILTER (WHERE …)`, boolean.
    pub filter: Option<Expr>,
    /// `WITHIN GROUP (ORDER BY …)`
    pub order_by: Vec<Sort>,
    pub ignore_nulls: Option<bool>,
    pub context: &'a Context,
}

impl Call<'_> {
    /// Fails with `WRONG_NUM_ARGS` unless the number of arguments is in `range`.
    pub fn expect_arguments(&self, range: std::ops::RangeInclusive<usize>) -> Result<()> {
        if range.contains(&self.arguments.len()) {
            return Ok(());
        }
        let (low, high) = (*range.start(), *range.end());
        let expected = match (low, high) {
            (low, high) if low == high => low.to_string(),
            (low, usize::MAX) => format!("> {}", low.saturating_sub(1)),
            (low, high) => {
                format!("[{}]", (low..=high).map(|n| n.to_string()).collect::<Vec<_>>().join(", "))
            }
        };
        Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
            .with("functionName", format!("`{}`", self.name))
            .with("expectedNum", expected)
            .with("actualNum", self.arguments.len().to_string()))
    }

    pub fn exprs(&self) -> Vec<Expr> {
        self.arguments.iter().map(|a| a.expr.clone()).collect()
    }

    /// An aggregate over `args` that carries this call's DISTINCT, FILTER, ORDER BY and null treatment.
    pub fn aggregate(&self, function: Arc<AggregateUDF>, args: Vec<Expr>) -> Expr {
        use datafusion::logical_expr::expr::NullTreatment;
        let nulls = self
            .ignore_nulls
            .map(|ignore| if ignore { NullTreatment::IgnoreNulls } else { NullTreatment::RespectNulls });
        Expr::AggregateFunction(AggregateFunction::new_udf(
            function,
            args,
            self.distinct,
            self.filter.clone().map(Box::new),
            self.order_by.clone(),
            nulls,
        ))
    }

    /// The error for an argument of the wrong type; `index` counts from 0.
    pub fn unexpected_type(&self, index: usize, required: &str) -> Error {
        let argument = &self.arguments[index];
        Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE")
            .with("sqlExpr", format!("\"{}\"", self.sql()))
            .with("paramIndex", ordinal(index))
            .with("requiredType", required)
            .with("inputSql", format!("\"{}\"", argument.name()))
            .with("inputType", format!("\"{}\"", crate::types::from_field(&argument.field).sql()))
    }

    /// How Spark prints this call in messages: `name(arg, arg)`.
    pub fn sql(&self) -> String {
        let names: Vec<_> = self.arguments.iter().map(|a| a.name()).collect();
        format!("{}({})", self.name, names.join(", "))
    }
}

fn ordinal(index: usize) -> String {
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"]
        .get(index)
        .map_or_else(|| format!("{}th", index + 1), |s| s.to_string())
}

/// Builds the typed expression of one call.
pub type Build = fn(&Call<'_>) -> Result<Expr>;

/// One Spark function under all its names.
#[derive(Debug, Clone)]
pub struct Definition {
    /// All names, lower case; the first is the one Spark prints.
    pub names: &'static [&'static str],
    pub kind: Kind,
}

/// How the resolver has to treat a function.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One value a row.
    Scalar(Build),
    /// The result contains one or more [`Expr::AggregateFunction`] nodes (scalar expressions around them are fine);
    /// with OVER the resolver turns each such node into a window function.
    Aggregate(Build),
    /// Window-only functions (`row_number`, `lag` …): the result contains an [`Expr::WindowFunction`] whose spec is
    /// still empty; the resolver fills partitioning, ordering and frame in.
    Window(Build),
    /// Several rows a row (`explode` …).
    Generator(fn(&Call<'_>) -> Result<Generated>),
    /// Takes lambdas. `parameters` types the parameters of the lambda at `index` (which has `count` of them), from the
    /// arguments before it (earlier lambdas stand there as [`Expr::Lambda`] with the field of their body);
    /// `build` gets all arguments, lambdas as [`Expr::Lambda`].
    HigherOrder {
        parameters: fn(call: &Call<'_>, index: usize, count: usize) -> Result<Vec<FieldRef>>,
        build: Build,
    },
}

/// What a generator yields for one input row.
#[derive(Debug, Clone)]
pub struct Generated {
    /// An expression of type `List<T>`: one column of `T`; or of `List<Struct<…>>` when `fields` has several
    /// entries or `as_struct` is set: one column for each struct field.
    pub list: Expr,
    /// Names, types and nullability of the output columns, by Spark's defaults (`col`, `pos`, `key`, `value` …).
    pub fields: Vec<Field>,
    pub as_struct: bool,
    /// Rows without elements yield one row of NULLs.
    pub outer: bool,
}

impl Definition {
    pub const fn scalar(names: &'static [&'static str], build: Build) -> Self {
        Definition { names, kind: Kind::Scalar(build) }
    }

    pub const fn aggregate(names: &'static [&'static str], build: Build) -> Self {
        Definition { names, kind: Kind::Aggregate(build) }
    }

    pub const fn window(names: &'static [&'static str], build: Build) -> Self {
        Definition { names, kind: Kind::Window(build) }
    }
}

/// A column expression by its internal name; internal names are opaque and never parsed.
pub fn column(name: &str) -> Expr {
    Expr::Column(datafusion::common::Column::new(None::<TableReference>, name))
}
