//! What names can mean at one place of a query.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::{Column as DfColumn, DFSchema, DFSchemaRef, ExprSchema};
use datafusion::logical_expr::Expr;
use functions::Argument;
use lang::ir::{self, WindowSpec};
use lang::{Result, Source};

use super::lookup::Lookup;
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
    /// A relation that may refer to itself, and how often its step may run where that is said.
    Recursive(Arc<ir::Relation>, Option<u64>),
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
    own: Option<Own>,
    inputs: Vec<Arc<Origins>>,
}

/// A DataFrame's plan id and columns.
#[derive(Debug)]
pub(crate) struct Own {
    plan_id: i64,
    pub columns: Vec<Column>,
    names: Lookup,
}

impl Own {
    /// The columns that may have a name: all of them, or those that `fold` makes equal.
    pub fn named<'o>(&'o self, name: &str, fold: impl Fn(&str) -> String) -> Vec<&'o Column> {
        let all = || self.columns.iter().enumerate().map(|(place, c)| (fold(c.name()), place));
        match self.names.find(&fold(name), self.columns.len(), all) {
            Some(places) => places.iter().map(|place| &self.columns[*place]).collect(),
            None => self.columns.iter().collect(),
        }
    }
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
        let own = Some(Own { plan_id, columns: resolved.columns.clone(), names: Lookup::default() });
        resolved.origins = Arc::new(Origins { own, inputs: vec![Arc::clone(&resolved.origins)] });
    }

    /// Whether the relation is the DataFrame itself.
    pub fn is(&self, plan_id: i64) -> bool {
        self.own.as_ref().is_some_and(|own| own.plan_id == plan_id)
    }

    /// The columns of every occurrence of the DataFrame; outermost occurrences only.
    pub fn find<'o>(&'o self, plan_id: i64, found: &mut Vec<&'o Own>) {
        // A loop, not recursion, along the single-input spine: plans can be hundreds of nodes deep.
        let mut here = self;
        loop {
            if let Some(own) = here.own.as_ref().filter(|own| own.plan_id == plan_id) {
                return found.push(own);
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
    /// Types of columns that the inputs' plans do not compute yet, by id.
    pub pending: Option<&'s HashMap<String, FieldRef>>,
    pub query: &'s Query,
    /// The enclosing query, for correlated subqueries.
    pub outer: Option<&'s Scope<'s>>,
    /// Lambda parameters in force, innermost last.
    pub lambdas: Vec<(String, Argument)>,
    /// Earlier items of the same select list (lateral column aliases).
    pub aliases: Vec<Argument>,
    /// The grouping expressions when `grouping()` may be asked.
    pub grouping: Option<&'s [Expr]>,
    pub lookups: Lookups,
}

/// Tables of a scope's columns, made when they pay: of the visible ones by name, of all by id.
#[derive(Clone, Default)]
pub(crate) struct Lookups {
    names: Lookup,
    ids: Lookup,
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
            pending: None,
            query,
            outer,
            lambdas: Vec::new(),
            aliases: Vec::new(),
            grouping: None,
            lookups: Lookups::default(),
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

    /// The types of everything that can be referred to.
    pub fn types(&self) -> Types<'_> {
        Types { schema: &self.schema, others: [self.pending, None] }
    }

    /// All visible columns of all inputs, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'s Column> + '_ {
        self.inputs.iter().flat_map(|input| input.columns.iter())
    }

    /// The visible columns that may have a name: all of them, or those that `fold` makes equal.
    pub fn named(&self, name: &str, fold: impl Fn(&str) -> String) -> Vec<&'s Column> {
        let count = self.inputs.iter().map(|input| input.columns.len()).sum();
        let all = || self.columns().enumerate().map(|(place, c)| (fold(c.name()), place));
        match self.lookups.names.find(&fold(name), count, all) {
            Some(places) => places.iter().filter_map(|place| self.visible(*place)).collect(),
            None => self.columns().collect(),
        }
    }

    /// The visible column at a place among those of all inputs.
    fn visible(&self, mut place: usize) -> Option<&'s Column> {
        for input in &self.inputs {
            match input.columns.get(place) {
                Some(column) => return Some(column),
                None => place -= input.columns.len(),
            }
        }
        None
    }

    /// The column of that id.
    pub fn column(&self, id: &str) -> Option<&'s Column> {
        let count = self.inputs.iter().map(|input| input.columns.len()).sum();
        let all = || self.columns().enumerate().map(|(place, c)| (c.id.clone(), place));
        match self.lookups.ids.find(id, count, all) {
            Some([place, ..]) => self.visible(*place),
            Some([]) => self.all_columns().skip(count).find(|c| c.id == *id),
            None => self.all_columns().find(|c| c.id == *id),
        }
    }

    /// Visible columns first, hidden ones after them.
    pub fn all_columns(&self) -> impl Iterator<Item = &'s Column> + '_ {
        self.columns().chain(self.inputs.iter().flat_map(|input| input.hidden.iter()))
    }
}

/// The types of a scope's columns by their ids.
#[derive(Debug)]
pub(crate) struct Types<'s> {
    schema: &'s DFSchema,
    /// Those of columns that no plan has.
    others: [Option<&'s HashMap<String, FieldRef>>; 2],
}

impl<'s> Types<'s> {
    /// More columns.
    pub fn with(mut self, fields: &'s HashMap<String, FieldRef>) -> Self {
        self.others[1] = Some(fields);
        self
    }
}

impl ExprSchema for Types<'_> {
    fn field_from_column(&self, column: &DfColumn) -> datafusion::common::Result<&FieldRef> {
        let other = self.others.iter().flatten().find_map(|fields| fields.get(&column.name));
        other.map_or_else(|| self.schema.field_from_column(column), Ok)
    }
}
