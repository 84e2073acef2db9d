//! A request for rows, checked and encoded: what workers are told, what they are sent, what comes out.

use std::io;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use functions::types;
use lang::{Error, Result, StructField};
use plan::contract::{
    PythonArgument, PythonCall, PythonForm, PythonInput, PythonOrder, PythonRows, PythonSession, PythonTable,
};

use crate::error;
use crate::eval_type::EvalType;
use crate::process::Launch;
use crate::protocol::Message;
use crate::task::{
    Command, Start, check_type, input_schema, max_records, one_function, profile_id, profiler,
};
use crate::type_json::struct_json;

/// Functions over the rows of partitions or groups.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Work {
    pub(crate) form: PythonForm,
    pub(crate) eval_type: EvalType,
    /// The names of the functions.
    pub(crate) name: String,
    pub(crate) start: Start,
    pub(crate) launch: Arc<Launch>,
    pub(crate) inputs: Vec<Sent>,
    pub(crate) table: Option<PythonTable>,
    pub(crate) output: SchemaRef,
    pub(crate) max_records: usize,
    /// Whether workers tell how long the functions took or what memory.
    pub(crate) is_profiled: bool,
}

/// How rows of one input are sent.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    /// The ids of all columns that matter.
    pub(crate) ids: Vec<String>,
    /// The columns are where they are said to be, and have no ids.
    pub(crate) is_placed: bool,
    /// Which of them are sent, and of how many one column is made, 0 for itself.
    chosen: Vec<(usize, usize)>,
    /// Those under the names and in the types that Python sees.
    columns: SchemaRef,
    /// The schema of messages: those columns, or one struct of them.
    pub(crate) frame: SchemaRef,
    /// Which of `ids` are keys, and which sort the rows of a group.
    pub(crate) keys: Vec<usize>,
    pub(crate) order: Vec<PythonOrder>,
    /// So many of `ids`, from the first on, are values.
    pub(crate) values: usize,
}

impl Work {
    /// # Errors
    /// Kinds of functions, types and settings that workers are not given.
    pub(crate) fn new(rows: &PythonRows, session: &PythonSession) -> Result<Arc<Work>> {
        let first = rows.calls.first().ok_or_else(|| Error::internal("no Python function"))?;
        let name = first.name.clone();
        let kind = |call: &PythonCall| EvalType::of_form(rows.form, &call.name, call.function.eval_type);
        let eval_type = kind(first)?;
        for call in &rows.calls {
            if kind(call)? != eval_type {
                return Err(Error::unsupported("functions of several kinds at once"));
            }
        }
        let is_profiled = profiler(session)?;
        let output: Schema = Schema::new(rows.output.clone());
        for field in output.fields() {
            check_type(&name, &types::from_field(field))?;
        }
        let (inputs, offsets) = sent(rows, eval_type, &name, session)?;
        let encoded = match &rows.table {
            Some(table) => table_function(first, table, &offsets, &output),
            None => {
                let profiles = rows.calls.iter().map(|_| profile_id(session)).collect::<Result<Vec<_>>>()?;
                functions(&rows.calls, &offsets, &profiles)
            }
        };
        let encoded = encoded.map_err(|e| Error::unsupported(format!("the Python function {name}: {e}")))?;
        let mut start = Start::new(eval_type.number(), &first.function.python_version, session, encoded);
        if rows.form == PythonForm::Window {
            let bounds = rows.calls.iter().map(|c| if c.bounded { "bounded" } else { "unbounded" });
            let bounds = bounds.collect::<Vec<_>>().join(",");
            start.runner.push(("window_bound_types".to_string(), bounds));
        }
        if rows.table.is_some() {
            start.facts = table_facts(first, &inputs, &offsets, &output);
        }
        Ok(Arc::new(Work {
            form: rows.form,
            eval_type,
            name,
            start,
            launch: Arc::new(Launch::new(session)),
            inputs,
            table: rows.table.clone(),
            output: Arc::new(output),
            max_records: max_records(session)?,
            is_profiled,
        }))
    }

    /// The fields that functions have to answer with.
    pub(crate) fn declared(&self) -> &[Arc<Field>] {
        let kept = match (self.form, self.inputs.first()) {
            (PythonForm::Aggregate, Some(input)) => input.keys.len(),
            (PythonForm::Window, Some(input)) => input.ids.len(),
            (PythonForm::Table | PythonForm::Iterate, Some(input)) => input.values,
            _ => 0,
        };
        self.output.fields().get(kept..).unwrap_or_default()
    }

    /// What Spark calls this in messages.
    pub(crate) fn operation(&self) -> &'static str {
        match self.eval_type {
            EvalType::MapPandas => "SQL_MAP_PANDAS_ITER_UDF",
            EvalType::MapArrow => "SQL_MAP_ARROW_ITER_UDF",
            EvalType::GroupedMapPandas => "SQL_GROUPED_MAP_PANDAS_UDF",
            EvalType::GroupedMapArrow => "SQL_GROUPED_MAP_ARROW_UDF",
            EvalType::GroupedMapArrowIterator => "SQL_GROUPED_MAP_ARROW_ITER_UDF",
            EvalType::GroupedMapPandasIterator => "SQL_GROUPED_MAP_PANDAS_ITER_UDF",
            EvalType::CogroupedMapPandas => "SQL_COGROUPED_MAP_PANDAS_UDF",
            EvalType::CogroupedMapArrow => "SQL_COGROUPED_MAP_ARROW_UDF",
            EvalType::GroupedAggregatePandas => "SQL_GROUPED_AGG_PANDAS_UDF",
            EvalType::GroupedAggregateArrow => "SQL_GROUPED_AGG_ARROW_UDF",
            EvalType::WindowAggregatePandas => "SQL_WINDOW_AGG_PANDAS_UDF",
            EvalType::WindowAggregateArrow => "SQL_WINDOW_AGG_ARROW_UDF",
            EvalType::ScalarPandasIterator => "SQL_SCALAR_PANDAS_ITER_UDF",
            EvalType::ScalarArrowIterator => "SQL_SCALAR_ARROW_ITER_UDF",
            _ => "pandas_udf()",
        }
    }
}

impl Sent {
    /// The message of these rows, whose columns are in the order of `ids`.
    pub(crate) fn frame(&self, rows: &RecordBatch) -> Result<RecordBatch> {
        let columns = self.chosen.iter().zip(self.columns.fields()).map(|((place, members), field)| {
            if *members == 0 {
                return as_sent(rows.column(*place), field);
            }
            let DataType::Struct(fields) = field.data_type() else {
                return Err(Error::internal("an argument of several columns is a struct"));
            };
            let columns = rows.columns()[*place..place + members].iter().zip(fields);
            let columns = columns.map(|(column, field)| as_sent(column, field)).collect::<Result<_>>()?;
            let row = StructArray::try_new_with_length(fields.clone(), columns, None, rows.num_rows());
            Ok(Arc::new(row.map_err(error::arrow)?) as ArrayRef)
        });
        let mut columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        if !Arc::ptr_eq(&self.columns, &self.frame) {
            let fields = self.columns.fields().clone();
            let rows = StructArray::try_new_with_length(fields, columns, None, rows.num_rows());
            columns = vec![Arc::new(rows.map_err(error::arrow)?)];
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.frame), columns, &options).map_err(error::arrow)
    }
}

fn as_sent(column: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    if column.data_type() == field.data_type() {
        return Ok(Arc::clone(column));
    }
    cast(column, field.data_type()).map_err(error::arrow)
}

/// For each call where its arguments are among what is sent, and under which name.
type Offsets = Vec<Vec<(usize, Option<String>)>>;

fn sent(
    rows: &PythonRows,
    eval_type: EvalType,
    name: &str,
    session: &PythonSession,
) -> Result<(Vec<Sent>, Offsets)> {
    if matches!(rows.form, PythonForm::Map | PythonForm::Group | PythonForm::Cogroup) {
        let all = |input: &PythonInput| (0..input.columns.len()).map(|place| (place, 0)).collect();
        let inputs =
            rows.inputs.iter().map(|input| Sent::new(input, all(input), true, eval_type, name, session));
        let inputs = inputs.collect::<Result<_>>()?;
        let offsets = match rows.form {
            // The one column of a message, which holds the rows.
            PythonForm::Map => vec![(0, None)],
            _ => rows.inputs.iter().flat_map(grouped_offsets).map(|offset| (offset, None)).collect(),
        };
        return Ok((inputs, vec![offsets]));
    }
    let [input] = rows.inputs.as_slice() else {
        return Err(Error::internal("Python functions over no input"));
    };
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    let mut offset = |argument: &PythonArgument| {
        let wanted = (argument.column, argument.members);
        let found = chosen.iter().position(|chosen| *chosen == wanted);
        let offset = found.unwrap_or_else(|| {
            chosen.push(wanted);
            chosen.len() - 1
        });
        (offset, argument.keyword.clone())
    };
    let offsets = rows.calls.iter().map(|call| call.arguments.iter().map(&mut offset).collect()).collect();
    Ok((vec![Sent::new(input, chosen, false, eval_type, name, session)?], offsets))
}

/// Where a function on groups finds keys and values: how many numbers follow, how many of them are keys, those, the values.
fn grouped_offsets(input: &PythonInput) -> Vec<usize> {
    let mut offsets = vec![1 + input.keys.len() + input.values, input.keys.len()];
    offsets.extend(&input.keys);
    offsets.extend(0..input.values);
    offsets
}

impl Sent {
    /// The arguments of scalar functions, by their places in the input, of which the first `values` columns come out
    /// again.
    pub(crate) fn arguments(
        places: Vec<usize>,
        fields: &[StructField],
        values: usize,
        session: &PythonSession,
    ) -> Sent {
        let columns = input_schema(fields, &session.time_zone);
        Sent {
            ids: Vec::new(),
            is_placed: true,
            chosen: places.into_iter().map(|place| (place, 0)).collect(),
            frame: Arc::clone(&columns),
            columns,
            keys: Vec::new(),
            order: Vec::new(),
            values,
        }
    }

    fn new(
        input: &PythonInput,
        chosen: Vec<(usize, usize)>,
        named: bool,
        eval_type: EvalType,
        name: &str,
        session: &PythonSession,
    ) -> Result<Sent> {
        let one = |place: usize, shown: String| {
            StructField::new(shown, types::from_field(&input.columns[place].field), true)
        };
        let field = |(i, (place, members)): (usize, &(usize, usize))| match members {
            0 if named => one(*place, input.columns[*place].name().to_string()),
            0 => one(*place, format!("_{i}")),
            _ => {
                let row = (*place..place + members).map(|m| one(m, input.columns[m].name().to_string()));
                let row = lang::DataType::Struct(lang::StructType { fields: row.collect() });
                StructField::new(format!("_{i}"), row, false)
            }
        };
        let fields: Vec<StructField> = chosen.iter().enumerate().map(field).collect();
        fields.iter().try_for_each(|field| check_type(name, &field.data_type))?;
        let columns = input_schema(&fields, &session.time_zone);
        let frame = match eval_type.wants_struct() {
            true => {
                let rows = DataType::Struct(columns.fields().clone());
                Arc::new(Schema::new(vec![Field::new("_0", rows, true)]))
            }
            false => Arc::clone(&columns),
        };
        Ok(Sent {
            ids: input.columns.iter().map(|column| column.id.clone()).collect(),
            is_placed: false,
            chosen,
            columns,
            frame,
            keys: input.keys.clone(),
            order: input.order.clone(),
            values: input.values,
        })
    }
}

fn functions(calls: &[PythonCall], offsets: &Offsets, profiles: &[i64]) -> io::Result<Message> {
    let mut message = Message::default();
    message.int(calls.len() as i32);
    for ((call, offsets), profile) in calls.iter().zip(offsets).zip(profiles) {
        let arguments = offsets.iter().map(|(offset, keyword)| (*offset, keyword.as_deref()));
        one_function(&mut message, &[Command::of(&call.function)], arguments, *profile)?;
    }
    Ok(message)
}

/// A table function with its arguments, the type of its rows and what its analysis said.
fn table_function(
    call: &PythonCall,
    table: &PythonTable,
    offsets: &Offsets,
    output: &Schema,
) -> io::Result<Message> {
    let mut message = Message::default();
    let offsets = offsets.first().map(Vec::as_slice).unwrap_or_default();
    message.int(offsets.len() as i32);
    for (offset, keyword) in offsets {
        message.int(*offset as i32).flag(keyword.is_some());
        if let Some(name) = keyword {
            message.text(name)?;
        }
    }
    message.int(table.partition_fields.len() as i32);
    table.partition_fields.iter().for_each(|field| {
        message.int(*field as i32);
    });
    message.flag(table.analysis.is_some());
    if let Some(analysis) = &table.analysis {
        message.bytes(analysis)?;
    }
    message.bytes(&call.function.command)?.text(&rows_json(call, output))?.text(&call.name)?;
    Ok(message)
}

/// The type of a table function's rows, as JSON.
fn rows_json(call: &PythonCall, output: &Schema) -> String {
    let lang::DataType::Struct(rows) = &call.function.output_type else {
        return struct_json(&types::from_fields(output.fields()).fields).to_string();
    };
    struct_json(&rows.fields).to_string()
}

/// What a worker is told about a table function's arguments and rows.
fn table_facts(
    call: &PythonCall,
    inputs: &[Sent],
    offsets: &Offsets,
    output: &Schema,
) -> Vec<(String, String)> {
    let arguments = inputs.first().map(|sent| types::from_fields(sent.columns.fields()));
    let is_row = |offset: usize| {
        inputs.first().and_then(|sent| sent.chosen.get(offset)).is_some_and(|(_, members)| *members > 0)
    };
    let rows = offsets.iter().flatten().filter(|(offset, _)| is_row(*offset));
    let rows: Vec<String> = rows.map(|(offset, _)| offset.to_string()).collect();
    vec![
        ("input_type".to_string(), struct_json(&arguments.unwrap_or_default().fields).to_string()),
        ("return_type".to_string(), rows_json(call, output)),
        ("table_arg_offsets".to_string(), rows.join(",")),
    ]
}
