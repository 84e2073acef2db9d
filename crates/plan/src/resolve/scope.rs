//! What names can mean at one place of a query.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::common::{DFSchema, DFSchemaRef};
use datafusion::logical_expr::Expr;
use functions::Argument;
use lang::ir::{self, WindowSpec};
use lang::{Result, Source};

use super::{Column, Resolved, planning};

/// What the enclosing clauses of a query define. Cheap to clone; never changed in place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub common_tables: Arc<HashMap<String, CommonTable>>,
    pub windows: Arc<HashMap<String, WindowSpec>>,
    pub parameters: Arc<Parameters>,
    /// Names of the views being expanded, to stop cycles.
    pub views: Vec<Vec<String>>,
    /// What spans count in.
    pub source: Option<Arc<Source>>,
}

/// A CTE and what was visible where it was defined.
#[derive(Debug, Clone)]
pub(crate) struct CommonTable {
    pub columns: Vec<String>,
    pub body: CommonTableBody,
    pub query: Query,
}

#[derive(Debug, Clone)]
pub(crate) enum CommonTableBody {
    Relation(Arc<ir::Relation>),
    /// A relation that may refer to itself.
    Recursive(Arc<ir::Relation>),
    /// The work table inside a recursive CTE: its name in the plan and its columns.
    Recursion {
        name: String,
        schema: arrow::datatypes::SchemaRef,
    },
}

#[derive(Debug, Default)]
pub(crate) struct Parameters {
    pub named: BTreeMap<String, ir::Expr>,
    pub positional: Vec<ir::Expr>,
}

/// The DataFrames a relation was made of: `df.col` looks here for the columns of `df`.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    own: Option<(i64, Vec<Column>)>,
    inputs: Vec<Arc<Origins>>,
}

impl Origins {
    pub fn of(inputs: &[&Resolved]) -> Arc<Origins> {
        match inputs {
            [] => Arc::default(),
            [one] => Arc::clone(&one.origins),
            many => {
                Arc::new(Origins { own: None, inputs: many.iter().map(|r| Arc::clone(&r.origins)).collect() })
            }
        }
    }

    /// Marks `resolved` as the DataFrame `plan_id`.
    pub fn mark(resolved: &mut Resolved, plan_id: i64) {
        let own = Some((plan_id, resolved.columns.clone()));
        resolved.origins = Arc::new(Origins { own, inputs: vec![Arc::clone(&resolved.origins)] });
    }

    /// The columns of every occurrence of the DataFrame; outermost occurrences only.
    pub fn find<'o>(&'o self, plan_id: i64, found: &mut Vec<&'o [Column]>) {
        // A loop, not recursion, along the single-input spine: plans can be hundreds of nodes deep.
        let mut here = self;
        loop {
            if let Some((id, columns)) = &here.own
                && *id == plan_id
            {
                found.push(columns);
                return;
            }
            match here.inputs.as_slice() {
                [] => return,
                [one] => here = one,
                many => return many.iter().for_each(|o| o.find(plan_id, found)),
            }
        }
    }
}

/// Everything an expression may refer to.
#[derive(Clone)]
pub(crate) struct Scope<'s> {
    pub inputs: Vec<&'s Resolved>,
    /// Types of all columns of the inputs.
    pub schema: DFSchemaRef,
    pub query: &'s Query,
    /// The enclosing query, for correlated subqueries.
    pub outer: Option<&'s Scope<'s>>,
    /// Lambda parameters in force, innermost last.
    pub lambdas: Vec<(String, Argument)>,
    /// Earlier items of the same select list (lateral column aliases).
    pub aliases: Vec<Argument>,
    /// The grouping expressions when `grouping()` may be asked.
    pub grouping: Option<&'s [Expr]>,
}

impl<'s> Scope<'s> {
    pub fn new(inputs: &[&'s Resolved], query: &'s Query, outer: Option<&'s Scope<'s>>) -> Result<Self> {
        let schema = match inputs {
            [one] => Arc::clone(one.plan.schema()),
            many => {
                let mut schema = DFSchema::empty();
                for input in many {
                    schema.merge(input.plan.schema());
                }
                Arc::new(schema)
            }
        };
        Ok(Scope {
            inputs: inputs.to_vec(),
            schema,
            query,
            outer,
            lambdas: Vec::new(),
            aliases: Vec::new(),
            grouping: None,
        })
    }

    /// The same scope with the internal grouping id column visible to types.
    pub fn with_grouping(mut self, groups: &'s [Expr], id_field: arrow::datatypes::Field) -> Result<Self> {
        let extra =
            DFSchema::from_unqualified_fields(vec![id_field].into(), HashMap::new()).map_err(planning)?;
        self.schema = Arc::new(self.schema.join(&extra).map_err(planning)?);
        self.grouping = Some(groups);
        Ok(self)
    }

    /// All visible columns of all inputs, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'s Column> + '_ {
        self.inputs.iter().flat_map(|input| input.columns.iter())
    }

    /// Visible columns first, hidden ones after them.
    pub fn all_columns(&self) -> impl Iterator<Item = &'s Column> + '_ {
        self.columns().chain(self.inputs.iter().flat_map(|input| input.hidden.iter()))
    }
}
