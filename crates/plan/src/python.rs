//! What Python functions are asked to make of rows: the requests of the resolver to whoever runs them.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;
use lang::ir::{Options, PythonDataSource, PythonFunction, PythonTableFunction};
use lang::{DataType, StructType};

use crate::Column;

/// A relation that Python functions make of other relations.
#[derive(Debug, Clone)]
pub struct PythonRows {
    pub form: PythonForm,
    /// The functions; all forms but [`PythonForm::Aggregate`] and [`PythonForm::Window`] have one.
    pub calls: Vec<PythonCall>,
    /// One input; two for [`PythonForm::Cogroup`].
    pub inputs: Vec<PythonInput>,
    /// For [`PythonForm::Table`] only.
    pub table: Option<PythonTable>,
    /// The columns that come out, each under its id; see [`PythonForm`] for what they are.
    pub output: Vec<FieldRef>,
}

/// How rows and functions meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PythonForm {
    /// All rows of a partition to any rows; the output are the fields of the function's struct.
    Map,
    /// The rows of each group, by the input's keys, to any rows; the output are the fields of the function's struct.
    Group,
    /// The rows of each group of two inputs to any rows; the output are the fields of the function's struct.
    Cogroup,
    /// The rows of each group to one row; the output are the input's keys, then a column for each function.
    Aggregate,
    /// The rows of each group to as many values; the output are the input's columns, then a column for each function.
    Window,
    /// All rows of a partition to as many values; the output are the input's values, then a column for each function.
    Iterate,
    /// Each row to any rows; the output are the input's values, then the fields of the function's struct.
    Table,
}

/// One call of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PythonCall {
    pub name: String,
    pub function: Arc<PythonFunction>,
    pub arguments: Vec<PythonArgument>,
    /// Whether the first two arguments say, for each row of a [`PythonForm::Window`], where its frame begins and ends.
    pub bounded: bool,
}

/// An argument: a column of the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PythonArgument {
    /// Its place among [`PythonInput::columns`].
    pub column: usize,
    /// So many columns from there on are the fields of one argument, a row; 0: the column is the argument.
    pub members: usize,
    /// The parameter's name where it was passed by name.
    pub keyword: Option<String>,
}

/// What sorts the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PythonOrder {
    /// Its place among [`PythonInput::columns`].
    pub column: usize,
    pub descending: bool,
    pub nulls_first: bool,
}

/// What is said of the call of a table function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PythonTable {
    /// Which fields of the row argument partition it; the function does not see them.
    pub partition_fields: Vec<usize>,
    /// All rows are in one partition.
    pub single_partition: bool,
    /// What the function's own analysis said, pickled.
    pub analysis: Option<Vec<u8>>,
}

/// Rows for a function.
#[derive(Debug, Clone)]
pub struct PythonInput {
    pub plan: LogicalPlan,
    /// Columns of the plan, with the names that the function sees.
    pub columns: Vec<Column>,
    /// So many of the columns, from the first on, are handed to functions on groups, or come out beside the results of
    /// table functions.
    pub values: usize,
    /// What groups rows, as places among the columns.
    pub keys: Vec<usize>,
    pub order: Vec<PythonOrder>,
}

/// What the analysis of a table function is asked about a call.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonQuestion {
    pub name: String,
    pub function: Arc<PythonTableFunction>,
    pub arguments: Vec<PythonFact>,
}

/// What is known of an argument before there are rows.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonFact {
    pub data_type: DataType,
    /// The value of a constant.
    pub value: Option<ScalarValue>,
    /// The argument is a relation, and the type that of its rows.
    pub is_table: bool,
    pub keyword: Option<String>,
}

/// What the analysis of a table function says of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonAnalysis {
    pub rows: StructType,
    /// All of it, for the function itself.
    pub pickled: Vec<u8>,
    pub single_partition: bool,
    /// Expressions in SQL over the relation's columns.
    pub partition_by: Vec<String>,
    pub order_by: Vec<PythonSort>,
    /// Expressions and the names they get, empty for their own; no expression at all: every column.
    pub select: Vec<(String, String)>,
}

/// An expression in SQL that sorts the rows of a partition.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonSort {
    pub expression: String,
    pub ascending: bool,
    /// `None`: as Spark does for the direction.
    pub nulls_first: Option<bool>,
}

/// A read of a Python data source.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonSourceRequest {
    pub name: String,
    pub source: Arc<PythonDataSource>,
    /// The schema the user gave; else the class tells.
    pub schema: Option<StructType>,
    pub options: Options,
}

/// How a Python data source is read.
#[derive(Debug, Clone, PartialEq)]
pub struct PythonReader {
    pub rows: StructType,
    /// A function from one partition's description to its rows, pickled.
    pub command: Vec<u8>,
    /// The partitions' descriptions, pickled.
    pub partitions: Vec<Vec<u8>>,
}
