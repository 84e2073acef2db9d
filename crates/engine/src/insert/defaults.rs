//! DEFAULT: the values of columns that a statement does not give.

use std::sync::Arc;

use lang::ir::{CastMode, Expr, ExprKind, Insert, Literal, Relation, RelationKind};
use lang::{DataType, Error, Result, StructField, StructType};

use super::assign::{Policy, can_assign};
use super::constant::{changes, constant_text};
use crate::catalog::{Table, quoted};
use crate::columns::{current_default, with_default};
use crate::operation::Operation;
use crate::rows;
use crate::session::Session;
use crate::tables::plain_texts;

/// The table's columns that the query ends with the defaults of, in order.
pub(crate) type Defaults = Vec<usize>;

/// The query with every DEFAULT replaced, and with columns at its end: the fixed partition values, then the defaults of
/// columns the statement leaves out.
pub(crate) fn filled(insert: &Insert, table: &Table) -> Result<(Relation, Defaults)> {
    let fields = &table.schema.fields;
    let is_fixed = |field: &StructField| {
        insert.partition.iter().any(|(name, value)| name.eq_ignore_ascii_case(&field.name) && value.is_some())
    };
    let open = || fields.iter().filter(|field| !is_fixed(field));
    let named = |name: &String| fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
    let targets: Vec<Option<&StructField>> = match insert.columns.as_slice() {
        [] if insert.by_name => Vec::new(),
        [] => open().map(Some).collect(),
        columns => columns.iter().map(named).collect(),
    };
    let query = replaced(&insert.query, &targets)?;
    let stored = plain_texts(&table.schema);
    let fixed = insert.partition.iter().filter_map(|(name, value)| {
        let field = stored.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(cast(value.clone()?, field.data_type.clone(), CastMode::Session).alias(name))
    });
    let mut added: Vec<Expr> = fixed.collect();
    let mut defaults = Vec::new();
    if !insert.columns.is_empty() {
        for (place, field) in fields.iter().enumerate() {
            let given = insert.columns.iter().any(|name| name.eq_ignore_ascii_case(&field.name));
            if !given && !is_fixed(field) && current_default(field).is_some() {
                added.push(default_of(field)?.alias(&field.name));
                defaults.push(place);
            }
        }
    }
    if added.is_empty() {
        return Ok((query, defaults));
    }
    let mut expressions = vec![Expr::star()];
    expressions.extend(added);
    Ok((Relation::new(RelationKind::Project { input: query, expressions }), defaults))
}

/// The query with each DEFAULT that stands for a whole value replaced by the default of the column it is for.
fn replaced(query: &Relation, targets: &[Option<&StructField>]) -> Result<Relation> {
    let mut query = query.clone();
    match query.kind.as_mut() {
        RelationKind::Values { rows, .. } => {
            for row in rows {
                replace_in(row, targets)?;
            }
        }
        RelationKind::Project { expressions, .. } => replace_in(expressions, targets)?,
        _ => {}
    }
    Ok(query)
}

fn replace_in(values: &mut [Expr], targets: &[Option<&StructField>]) -> Result<()> {
    for (place, value) in values.iter_mut().enumerate() {
        if is_default(value) {
            *value = match targets.get(place) {
                Some(Some(field)) => default_of(field)?.alias(&field.name),
                _ => Expr::literal(Literal::Null(DataType::Null)),
            };
        } else if has_default(value) {
            return Err(Error::analysis("DEFAULT_PLACEMENT_INVALID"));
        }
    }
    Ok(())
}

/// The word DEFAULT; in a SELECT it is read as a column's name.
fn is_default(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Default => true,
        ExprKind::Attribute { name, .. } => {
            matches!(name.as_slice(), [word] if word.eq_ignore_ascii_case("DEFAULT"))
        }
        _ => false,
    }
}

fn has_default(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(call) => {
            call.arguments.iter().any(|inner| is_default(inner) || has_default(inner))
        }
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => is_default(expr) || has_default(expr),
        _ => false,
    }
}

fn cast(expr: Expr, data_type: DataType, mode: CastMode) -> Expr {
    ExprKind::Cast { expr: Box::new(expr), data_type, mode }.into()
}

/// The default of a column as an expression of its type; NULL when it has none.
fn default_of(field: &StructField) -> Result<Expr> {
    typed(current_default(field).as_deref(), field)
}

/// A text of SQL as an expression of the column's type; NULL when there is none.
pub(crate) fn typed(text: Option<&str>, field: &StructField) -> Result<Expr> {
    let expr = match text {
        Some(text) => lang::parse_expression(text)?,
        None => Expr::literal(Literal::Null(DataType::Null)),
    };
    let stored = plain_texts(&StructType::new(vec![field.clone()]));
    let data_type = stored.fields.into_iter().next().map_or(DataType::Null, |field| field.data_type);
    Ok(cast(expr, data_type, CastMode::Ansi))
}

impl Session {
    /// Gives a column a default, which must be constant and fit the column's type. Answers its value now, as SQL.
    ///
    /// # Errors
    /// `INVALID_DEFAULT_VALUE…`
    pub(crate) async fn set_default(
        self: &Arc<Self>,
        field: &mut StructField,
        text: &str,
        statement: &str,
        operation: &Arc<Operation>,
    ) -> Result<String> {
        let invalid = |kind: &str| {
            Error::analysis(format!("INVALID_DEFAULT_VALUE.{kind}"))
                .with("statement", statement)
                .with("colName", quoted(&[&field.name]))
                .with("defaultValue", text)
        };
        let expr = lang::parse_expression(text).map_err(|_| invalid("UNRESOLVED_EXPRESSION"))?;
        if has_subquery(&expr) {
            return Err(invalid("SUBQUERY_EXPRESSION"));
        }
        let input = Relation::new(RelationKind::OneRow);
        let query = Relation::new(RelationKind::Project { input, expressions: vec![expr.alias("value")] });
        let analyzed = match self.analyze(&query, operation).await {
            Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                return Err(invalid("NOT_CONSTANT"));
            }
            Err(_) => return Err(invalid("UNRESOLVED_EXPRESSION")),
            Ok(analyzed) => analyzed,
        };
        let schema = analyzed.resolved.schema();
        let actual = schema.fields.first().map_or(DataType::Null, |f| f.data_type.clone());
        if !can_assign(Policy::Ansi, &actual, &field.data_type) {
            return Err(invalid("DATA_TYPE")
                .with("expectedType", format!("\"{}\"", field.data_type.sql()))
                .with("actualType", format!("\"{}\"", actual.sql())));
        }
        field.metadata = with_default(&field.metadata, Some(text));
        let input = Relation::new(RelationKind::OneRow);
        let value = default_of(field)?.alias("value");
        let query = Relation::new(RelationKind::Project { input, expressions: vec![value] });
        let analyzed = self.analyze(&query, operation).await?;
        let value = rows::concatenated(self.rows(analyzed, operation).await?).await?;
        match constant_text(value.column(0), &field.data_type)? {
            Some(constant) => Ok(constant),
            None if changes(text) => Err(Error::unsupported("a default of that type that changes with time")),
            None => Ok(text.to_string()),
        }
    }
}

fn has_subquery(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Subquery(_) => true,
        ExprKind::Function(call) => call.arguments.iter().any(has_subquery),
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => has_subquery(expr),
        _ => false,
    }
}
