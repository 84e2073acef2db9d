//! Texts in a column as rows: `spark.read.json(df)` and its relatives.
//!
//! The source's parser makes a list of rows of each text; the lists are unnested like a generator's.

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use functions::Generated;
use lang::ir::{Options, Relation};
use lang::{Error, Result, StructType};

use super::project::projection;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};
use crate::contract::OpenRequest;

impl Resolver<'_> {
    pub(super) fn parse(
        &self,
        input: &Relation,
        format: &str,
        schema: Option<&StructType>,
        options: &Options,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let [column] = input.columns.as_slice() else {
            return Err(Error::analysis("DATAFRAME_INPUT_NOT_SINGLE_COLUMN")
                .with("numColumns", input.columns.len().to_string()));
        };
        if !functions::types::is_string(column.field.data_type()) {
            let found = functions::types::from_field(&column.field).sql();
            return Err(
                Error::analysis("DATAFRAME_INPUT_NOT_STRING_TYPE").with("dataType", format!("\"{found}\""))
            );
        }
        let request = OpenRequest {
            format: format.to_lowercase(),
            schema: schema.cloned(),
            options: options.iter().map(|(key, value)| (key.to_lowercase(), value.clone())).collect(),
            ..OpenRequest::default()
        };
        let texts = projection(input.plan.clone(), vec![column.expr()])?;
        let collect = |limit: Option<usize>| -> Result<Vec<RecordBatch>> {
            let plan = match limit {
                None => texts.clone(),
                Some(rows) => datafusion::logical_expr::LogicalPlanBuilder::from(texts.clone())
                    .limit(0, Some(rows))
                    .and_then(|builder| builder.build())
                    .map_err(planning)?,
            };
            self.environment.collect(plan)
        };
        let parser = self.environment.parser(&request, &collect)?;
        let returned = parser.return_type(&[column.field.data_type().clone()]).map_err(planning)?;
        let DataType::List(element) = &returned else {
            return Err(Error::internal("a parser yields lists"));
        };
        let DataType::Struct(fields) = element.data_type() else {
            return Err(Error::internal("a parser yields lists of structs"));
        };
        let fields = fields.iter().map(|field| field.as_ref().clone()).collect();
        let list: Expr = parser.call(vec![column.expr()]);
        let (mut resolved, generated) =
            self.unnest(input, Generated { list, fields, as_struct: true, outer: false }, &[])?;
        resolved.columns = generated;
        resolved.hidden.clear();
        Ok(resolved)
    }
}
