//! UNPIVOT (`melt`): one row for each value column of each row.

use arrow::datatypes::{DataType, Field};
use functions::{Argument, Generated, types};
use lang::ir::{self, Expr};
use lang::{Error, Result};

use super::super::attribute::column_argument;
use super::super::literal::string_argument;
use super::super::scope::{Query, Scope};
use super::super::{Resolved, Resolver};

impl Resolver<'_> {
    pub(super) fn unpivot(
        &self,
        unpivot: &ir::Unpivot,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(&unpivot.input, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let (ids, groups) = self.unpivot_columns(unpivot, &input, &scope)?;
        if groups.is_empty() {
            return Err(Error::analysis("UNPIVOT_REQUIRES_VALUE_COLUMNS"));
        }
        let width = unpivot.value_names.len();
        let mut value_types = vec![DataType::Null; width];
        for (group, _) in &groups {
            if group.len() != width {
                return Err(Error::analysis("UNPIVOT_VALUE_SIZE_MISMATCH").with("names", width.to_string()));
            }
            for (value, common) in group.iter().zip(&mut value_types) {
                *common = self.unpivot_type(common, value)?;
            }
        }
        let mut rows = Vec::with_capacity(groups.len());
        for (group, name) in &groups {
            let mut fields = vec![string_argument("variable"), string_argument(name)];
            for (index, (value, common)) in group.iter().zip(&value_types).enumerate() {
                let expr = functions::cast::implicit(value, common, self.environment.context())?;
                fields.push(string_argument(&format!("value{index}")));
                fields.push(self.typed(expr, value.name(), &scope)?);
            }
            rows.push(self.call("named_struct", fields, &scope)?);
        }
        let list = self.call("array", rows, &scope)?.expr;
        drop(scope);
        let mut fields = vec![Field::new(&unpivot.variable_name, DataType::Utf8, false)];
        fields.extend(unpivot.value_names.iter().zip(value_types).map(|(n, t)| Field::new(n, t, true)));
        let generated = Generated { list, fields, as_struct: true, outer: false };
        let (mut table, columns) = self.unnest(input, generated, &[])?;
        table.hidden.extend(columns.iter().cloned());
        let mut items = ids;
        items.extend(columns.iter().map(|c| column_argument(c, c.name())));
        let selected = self.select(table, items)?;
        if unpivot.include_nulls {
            return Ok(selected);
        }
        self.without_null_rows(selected, width, query)
    }

    /// The id columns, and the value columns in groups with their names.
    #[allow(clippy::type_complexity)]
    fn unpivot_columns(
        &self,
        unpivot: &ir::Unpivot,
        input: &Resolved,
        scope: &Scope<'_>,
    ) -> Result<(Vec<Argument>, Vec<(Vec<Argument>, String)>)> {
        let list = |exprs: &[Expr]| self.select_list(exprs, scope.clone());
        let ids = unpivot.ids.as_ref().map(|ids| list(ids)).transpose()?;
        let mut groups = Vec::new();
        for (exprs, name) in unpivot.values.iter().flatten() {
            let arguments = list(exprs)?;
            let joined = || arguments.iter().map(Argument::name).collect::<Vec<_>>().join("_");
            let name = name.clone().unwrap_or_else(joined);
            groups.push((arguments, name));
        }
        let others = |used: Vec<&Argument>| -> Vec<Argument> {
            let unused = |c: &&super::super::Column| !used.iter().any(|a| a.expr == c.expr());
            input.columns.iter().filter(unused).map(|c| column_argument(c, c.name())).collect()
        };
        if unpivot.values.is_none() {
            let ids = ids.unwrap_or_default();
            let values = others(ids.iter().collect());
            groups = values.into_iter().map(|a| (vec![a.clone()], a.name().to_string())).collect();
            return Ok((ids, groups));
        }
        let ids = ids.unwrap_or_else(|| others(groups.iter().flat_map(|(g, _)| g).collect()));
        Ok((ids, groups))
    }

    fn unpivot_type(&self, common: &DataType, value: &Argument) -> Result<DataType> {
        let wider = functions::coercion::common_type(common, value.data_type(), false);
        let mixed = types::is_string(common) != types::is_string(value.data_type())
            && *common != DataType::Null
            && *value.data_type() != DataType::Null;
        wider.filter(|_| !mixed).ok_or_else(|| {
            Error::analysis("UNPIVOT_VALUE_DATA_TYPE_MISMATCH").with(
                "types",
                format!("{}, {}", types::from_arrow(common).sql(), types::from_field(&value.field).sql()),
            )
        })
    }

    fn without_null_rows(&self, selected: Resolved, width: usize, query: &Query) -> Result<Resolved> {
        let values = &selected.columns[selected.columns.len() - width..];
        let present = values
            .iter()
            .map(|c| Expr::call("isnotnull", vec![super::reference(c)]))
            .reduce(|a, b| Expr::call("or", vec![a, b]));
        let Some(present) = present else { return Ok(selected) };
        let scope = Scope::new(&[&selected], query, None)?;
        let condition = self.condition(&present, &scope, "WHERE")?.expr;
        drop(scope);
        super::super::filter::filtered(selected, condition)
    }
}
