//! Column references: qualified names, nested fields, `df.col`, correlated columns.

use datafusion::common::Column as DfColumn;
use datafusion::logical_expr::Expr;
use functions::Argument;
use lang::{Error, Result};

use super::scope::Scope;
use super::{Column, Resolver, literal, naming};

impl Resolver<'_> {
    /// A column by its name parts: the longest qualifier that matches wins, what is left over are nested fields.
    pub(super) fn attribute(
        &self,
        parts: &[String],
        plan_id: Option<i64>,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        if let Some(plan_id) = plan_id {
            return self.dataframe_column(parts, plan_id, scope);
        }
        if let Some(found) = self.lambda_variable(parts, scope)? {
            return Ok(found);
        }
        if let Some(found) = self.find(parts, scope)? {
            return Ok(found);
        }
        if let Some(found) = self.lateral_alias(parts, scope)? {
            return Ok(found);
        }
        if let Some(found) = self.outer_column(parts, scope)? {
            return Ok(found);
        }
        if let Some(found) = self.routine_parameter(parts, scope)? {
            return Ok(found);
        }
        if let Some(found) = self.variable(parts)? {
            return Ok(found);
        }
        Err(self.unresolved_column(parts, scope))
    }

    fn find(&self, parts: &[String], scope: &Scope<'_>) -> Result<Option<Argument>> {
        for qualifier_len in (0..parts.len()).rev() {
            let (qualifier, rest) = parts.split_at(qualifier_len);
            let mut matches = scope.named(&rest[0], |name| self.folded(name));
            matches.retain(|c| self.is_named(c, qualifier, &rest[0]));
            let matches = if matches.is_empty() {
                scope.all_columns().filter(|c| self.is_named(c, qualifier, &rest[0])).collect()
            } else {
                matches
            };
            match matches.as_slice() {
                [] => continue,
                [one] => return self.nested(column_argument(one, &rest[0]), &rest[1..]).map(Some),
                many => return Err(ambiguous(parts, many)),
            }
        }
        Ok(None)
    }

    fn is_named(&self, column: &Column, qualifier: &[String], name: &str) -> bool {
        self.same_name(column.name(), name)
            && qualifier.len() <= column.qualifier.len()
            && column.qualifier[column.qualifier.len() - qualifier.len()..]
                .iter()
                .zip(qualifier)
                .all(|(a, b)| self.same_name(a, b))
    }

    /// Equal by the session's case sensitivity.
    pub(super) fn same_name(&self, left: &str, right: &str) -> bool {
        if self.environment.context().case_sensitive {
            left == right
        } else {
            left.eq_ignore_ascii_case(right)
                || !(left.is_ascii() && right.is_ascii()) && left.to_lowercase() == right.to_lowercase()
        }
    }

    /// Equal for names that are the same.
    fn folded(&self, name: &str) -> String {
        if self.environment.context().case_sensitive { name.to_string() } else { name.to_lowercase() }
    }

    pub(super) fn nested(&self, mut base: Argument, fields: &[String]) -> Result<Argument> {
        for field in fields {
            let key = literal::string_argument(field);
            let name = naming::extract(&base, &key);
            let expr = functions::collection::extract(&base, &key, self.environment.context())?;
            base = self.typed_with(expr, &name, &base)?;
        }
        Ok(base)
    }

    /// `df.col`: the column of the DataFrame with that plan id, if it still is in scope.
    fn dataframe_column(&self, parts: &[String], plan_id: i64, scope: &Scope<'_>) -> Result<Argument> {
        let mut occurrences = Vec::new();
        scope.inputs.iter().for_each(|input| input.origins.find(plan_id, &mut occurrences));
        let mut named: Vec<&Column> = match parts {
            [name] => occurrences.iter().flat_map(|own| own.named(name, |name| self.folded(name))).collect(),
            _ => occurrences.iter().flat_map(|own| &own.columns).collect(),
        };
        named.retain(|c| {
            self.is_named(c, &[], &parts[0]) || parts.len() > 1 && self.is_named(c, &parts[..1], &parts[1])
        });
        let mut in_scope: Vec<&Column> = Vec::new();
        for column in &named {
            if let Some(found) = scope.column(&column.id)
                && !in_scope.iter().any(|c| c.id == found.id)
            {
                in_scope.push(found);
            }
        }
        match nearest(&in_scope, plan_id, scope) {
            [one] => {
                let skip = if self.same_name(one.name(), &parts[0]) { 1 } else { 2 };
                self.nested(column_argument(one, &parts[skip - 1]), &parts[skip..])
            }
            [] if occurrences.is_empty() => match scope.outer {
                Some(outer) => Ok(outer_reference(self.dataframe_column(parts, plan_id, outer)?)),
                None => Err(cannot_resolve_dataframe_column(parts)),
            },
            [] => Err(cannot_resolve_dataframe_column(parts)),
            _ => Err(ambiguous_dataframe_column(&parts.join("."))),
        }
    }

    fn lambda_variable(&self, parts: &[String], scope: &Scope<'_>) -> Result<Option<Argument>> {
        let found = scope.lambdas.iter().rev().find(|(name, _)| self.same_name(name, &parts[0]));
        found.map(|(_, argument)| self.nested(argument.clone(), &parts[1..])).transpose()
    }

    fn lateral_alias(&self, parts: &[String], scope: &Scope<'_>) -> Result<Option<Argument>> {
        let matches: Vec<_> = scope.aliases.iter().filter(|a| self.same_name(a.name(), &parts[0])).collect();
        match matches.as_slice() {
            [] => Ok(None),
            [one] if one.expr.is_volatile() => {
                Err(Error::unsupported("a lateral reference to a non-deterministic column alias"))
            }
            [one] => self.nested((*one).clone(), &parts[1..]).map(Some),
            many => Err(Error::analysis("AMBIGUOUS_LATERAL_COLUMN_ALIAS")
                .with("name", quoted(parts))
                .with("n", many.len().to_string())),
        }
    }

    fn outer_column(&self, parts: &[String], scope: &Scope<'_>) -> Result<Option<Argument>> {
        let Some(outer) = scope.outer else { return Ok(None) };
        Ok(self.find(parts, outer)?.map(outer_reference))
    }

    /// The error for an unknown column, with the most similar visible names.
    pub(super) fn unresolved_column(&self, parts: &[String], scope: &Scope<'_>) -> Error {
        let mut names: Vec<String> = scope
            .columns()
            .map(|c| {
                let mut full = c.qualifier.last().cloned().into_iter().collect::<Vec<_>>();
                full.push(c.name().to_string());
                quoted(&full)
            })
            .collect();
        let wanted = quoted(parts);
        names.sort_by_cached_key(|name| edit_distance(&name.to_lowercase(), &wanted.to_lowercase()));
        names.dedup();
        names.truncate(5);
        if names.is_empty() {
            return Error::analysis("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION").with("objectName", wanted);
        }
        Error::analysis("UNRESOLVED_COLUMN.WITH_SUGGESTION")
            .with("objectName", wanted)
            .with("proposal", names.join(", "))
    }
}

/// The column as an argument, under the name it was asked by.
pub(super) fn column_argument(column: &Column, name: &str) -> Argument {
    let field = column.field.as_ref().clone().with_name(name);
    Argument { expr: column.expr(), field: field.into(), keyword: None }
}

/// The same expression, seen from inside a subquery.
pub(super) fn outer_reference(argument: Argument) -> Argument {
    use datafusion::common::tree_node::{Transformed, TreeNode};
    let field = argument.field.clone();
    let expr = argument.expr.transform_down(|e| {
        Ok(match e {
            Expr::Column(column) => {
                let DfColumn { name, .. } = column;
                Transformed::yes(Expr::OuterReferenceColumn(
                    std::sync::Arc::new(field.as_ref().clone().with_name(&name)),
                    DfColumn::new_unqualified(name),
                ))
            }
            other => Transformed::no(other),
        })
    });
    match expr {
        Ok(expr) => Argument { expr: expr.data, ..argument },
        Err(_) => unreachable!("the closure above never fails"),
    }
}

fn ambiguous(parts: &[String], matches: &[&Column]) -> Error {
    let names: Vec<_> = matches
        .iter()
        .map(|c| {
            let mut full = c.qualifier.clone();
            full.push(c.name().to_string());
            quoted(&full)
        })
        .collect();
    Error::analysis("AMBIGUOUS_REFERENCE")
        .with("name", quoted(parts))
        .with("referenceNames", format!("[{}]", names.join(", ")))
}

/// Of several columns that `df.col` may be, those of `df` itself rather than of what was made of it; and those that are
/// output rather than the other side's key of a USING join.
fn nearest<'c, 's>(found: &'c [&'s Column], plan_id: i64, scope: &Scope<'_>) -> &'c [&'s Column] {
    if found.len() < 2 {
        return found;
    }
    let only = |is_wanted: &dyn Fn(&Column) -> bool| {
        let mut wanted = found.iter().enumerate().filter(|(_, column)| is_wanted(column));
        let first = wanted.next().map(|(place, _)| place);
        first.filter(|_| wanted.next().is_none())
    };
    let is_in = |columns: &[Column], wanted: &Column| columns.iter().any(|column| column.id == wanted.id);
    let visible = |wanted: &Column| scope.inputs.iter().any(|input| is_in(&input.columns, wanted));
    let of_itself = |wanted: &Column| {
        let itself = scope.inputs.iter().filter(|input| input.origins.is(plan_id));
        itself.into_iter().any(|input| is_in(&input.columns, wanted))
    };
    match only(&visible).or_else(|| only(&of_itself)) {
        Some(place) => &found[place..=place],
        None => found,
    }
}

fn cannot_resolve_dataframe_column(parts: &[String]) -> Error {
    Error::analysis("CANNOT_RESOLVE_DATAFRAME_COLUMN").with("name", format!("\"{}\"", parts.join(".")))
}

pub(super) fn ambiguous_dataframe_column(name: &str) -> Error {
    Error::analysis("AMBIGUOUS_COLUMN_REFERENCE").with("name", format!("\"{name}\""))
}

/// `` `a`.`b` ``, as Spark quotes names in messages.
pub(super) fn quoted(parts: &[String]) -> String {
    parts.iter().map(|p| format!("`{}`", p.replace('`', "``"))).collect::<Vec<_>>().join(".")
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, cb) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
