//! Changes of what a table is: properties, columns, constraints, its comment.

use lang::ir::Options;
use lang::{DataType, Error, Result, StructField, StructType};
use plan::lake::{Change, Commit, Maintenance, NewColumn, Place, ReadSet};
use serde_json::json;

use crate::definition::{altered, configuration};
use crate::operation::{of_metadata, properties};
use crate::schema::{metadata, with_metadata};
use crate::state::{CONSTRAINT, Mapping, NewMetadata};
use crate::table::Table;

/// # Errors
/// `DELTA_CONSTRAINT_…`, `DELTA_UNSUPPORTED_RENAME_COLUMN`, and others of Delta's.
pub(super) async fn alter(table: &Table, what: Maintenance) -> Result<()> {
    use Maintenance as M;
    let mut new = NewMetadata::of(&table.state);
    let mut reads_all = false;
    let commit = match what {
        M::SetProperties(given) => set_properties(table, &mut new, &given)?,
        M::UnsetProperties { keys, .. } => {
            // What is not there is no error, whether the statement says IF EXISTS or not.
            keys.iter().for_each(|key| drop(new.configuration.remove(key)));
            of_metadata(
                "UNSET TBLPROPERTIES",
                vec![("properties", json!(keys).to_string()), ("ifExists", "true".to_string())],
            )
        }
        M::SetComment(comment) => {
            let properties = json!({"comment": comment});
            new.comment = comment;
            of_metadata("SET TBLPROPERTIES", vec![("properties", properties.to_string())])
        }
        M::AddColumns(columns) => {
            for column in &columns {
                new.full = added(&new.full, column, &column.parent)?;
            }
            let shown: Vec<_> = columns
                .iter()
                .map(|column| json!({"column": {"name": column.field.name, "type": column.field.data_type.type_name(), "nullable": true}}))
                .collect();
            of_metadata("ADD COLUMNS", vec![("columns", json!(shown).to_string())])
        }
        M::AlterColumn { path, field } => {
            let (name, shown) = (path.join("."), field.data_type.type_name());
            new.full = changed(&new.full, &path, &mut |old| Ok(Some(with_changes(old, &field))))?;
            reads_all = !field.nullable;
            let column = json!({"name": name, "type": shown, "nullable": field.nullable});
            of_metadata("CHANGE COLUMN", vec![("column", column.to_string())])
        }
        M::RenameColumn { path, to } => {
            expect_mapped(table, "DELTA_UNSUPPORTED_RENAME_COLUMN")?;
            rename(&mut new, &path, &to)?;
            of_metadata(
                "RENAME COLUMN",
                vec![("oldColumnPath", path.join(".")), ("newColumnPath", renamed_path(&path, &to))],
            )
        }
        M::DropColumns { paths, if_exists } => {
            expect_mapped(table, "DELTA_UNSUPPORTED_DROP_COLUMN")?;
            for path in &paths {
                match dropped(&new, path) {
                    Ok(full) => new.full = full,
                    Err(error) if if_exists && error.condition() == "DELTA_COLUMN_NOT_FOUND_IN_SCHEMA" => {}
                    Err(error) => return Err(error),
                }
            }
            let shown: Vec<_> = paths.iter().map(|path| path.join(".")).collect();
            of_metadata("DROP COLUMNS", vec![("columns", json!(shown).to_string())])
        }
        M::AddCheck { name, sql } => {
            let key = format!("{CONSTRAINT}{}", name.to_lowercase());
            if let Some(old) = new.configuration.get(&key) {
                return Err(Error::analysis("DELTA_CONSTRAINT_ALREADY_EXISTS")
                    .with("constraintName", name)
                    .with("oldConstraint", old.as_str()));
            }
            new.configuration.insert(key, sql.clone());
            // Rows that are added meanwhile have not been looked at.
            reads_all = true;
            of_metadata("ADD CONSTRAINT", vec![("name", name), ("expr", sql)])
        }
        M::DropCheck { name, if_exists } => {
            let removed = new.configuration.remove(&format!("{CONSTRAINT}{}", name.to_lowercase()));
            if removed.is_none() {
                if if_exists {
                    return Ok(());
                }
                return Err(Error::analysis("DELTA_CONSTRAINT_DOES_NOT_EXIST")
                    .with("constraintName", name)
                    .with("tableName", table.log.location.as_str())
                    .with("config", "spark.databricks.delta.constraints.assumesDropIfExists.enabled")
                    .with("confValue", "true"));
            }
            of_metadata("DROP CONSTRAINT", vec![("name", name), ("expr", removed.unwrap_or_default())])
        }
        _ => return Err(Error::internal("a command that changes nothing of what a table is")),
    };
    let commit = Commit { read: if reads_all { ReadSet::Whole } else { ReadSet::Nothing }, ..commit };
    table.begin(altered(&table.state, new)?)?.commit(commit).await.map(drop)
}

fn set_properties(table: &Table, new: &mut NewMetadata, given: &Options) -> Result<Commit> {
    let mut given = given.clone();
    if let Some(comment) = given.remove("comment") {
        new.comment = Some(comment);
    }
    let set = configuration(&given)?;
    let mode = set.get("delta.columnMapping.mode").map(String::as_str);
    match (table.state.mapping, mode) {
        (_, None)
        | (Mapping::None, Some("none"))
        | (Mapping::Name, Some("name"))
        | (Mapping::Id, Some("id")) => {}
        // The files have the columns under their names.
        (Mapping::None, Some("name")) => {
            new.full = crate::schema::map_fields(&new.full, &mut |field| {
                let mut known = metadata(&field);
                known.insert(crate::schema::PHYSICAL_NAME.to_string(), json!(field.name));
                with_metadata(field, known)
            });
        }
        (old, Some(mode)) => {
            let old = match old {
                Mapping::None => "none",
                Mapping::Name => "name",
                Mapping::Id => "id",
            };
            return Err(Error::analysis("DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE")
                .with("oldMode", old)
                .with("newMode", mode));
        }
    }
    if let Some(feature) = given.keys().find(|key| key.starts_with("delta.feature.")) {
        return Err(Error::unsupported(format!("{feature} of a table that exists")));
    }
    new.configuration.extend(set);
    Ok(of_metadata("SET TBLPROPERTIES", vec![("properties", properties(&given))]))
}

fn expect_mapped(table: &Table, condition: &str) -> Result<()> {
    match table.state.mapping {
        Mapping::None => Err(Error::analysis(condition)
            .with("advice", "Set the table property delta.columnMapping.mode to 'name' first.")),
        _ => Ok(()),
    }
}

fn not_found(schema: &StructType, column: &str) -> Error {
    Error::analysis("DELTA_COLUMN_NOT_FOUND_IN_SCHEMA")
        .with("columnName", column)
        .with("tableSchema", DataType::Struct(schema.clone()).simple_string())
}

/// The schema with a column more, in the struct at `parent`.
fn added(schema: &StructType, column: &NewColumn, parent: &[String]) -> Result<StructType> {
    if let Some((first, rest)) = parent.split_first() {
        return changed(schema, std::slice::from_ref(first), &mut |mut old| {
            let DataType::Struct(inner) = &old.data_type else { return Err(not_found(schema, first)) };
            old.data_type = DataType::Struct(added(inner, column, rest)?);
            Ok(Some(old))
        });
    }
    let same = |field: &StructField, name: &str| field.name.eq_ignore_ascii_case(name);
    if schema.fields.iter().any(|field| same(field, &column.field.name)) {
        return Err(Error::analysis("FIELD_ALREADY_EXISTS")
            .with("op", "add")
            .with("fieldNames", format!("`{}`", column.field.name))
            .with("struct", format!("\"{}\"", DataType::Struct(schema.clone()).sql())));
    }
    if !column.field.nullable {
        return Err(Error::analysis("DELTA_OPERATION_NOT_ALLOWED")
            .with("operation", "NOT NULL in ALTER TABLE ADD COLUMNS"));
    }
    let place = match &column.place {
        Place::Last => schema.fields.len(),
        Place::First => 0,
        Place::After(name) => {
            let found = schema.fields.iter().position(|field| same(field, name));
            found.ok_or_else(|| not_found(schema, name))? + 1
        }
    };
    let mut fields = schema.fields.clone();
    fields.insert(place, column.field.clone());
    Ok(StructType::new(fields))
}

/// The schema with the field at a path changed; `None` takes it away.
fn changed(
    schema: &StructType,
    path: &[String],
    apply: &mut dyn FnMut(StructField) -> Result<Option<StructField>>,
) -> Result<StructType> {
    let Some((first, rest)) = path.split_first() else { return Ok(schema.clone()) };
    let place = schema.fields.iter().position(|field| field.name.eq_ignore_ascii_case(first));
    let place = place.ok_or_else(|| not_found(schema, first))?;
    let mut fields = schema.fields.clone();
    let old = fields.remove(place);
    let new = match rest.is_empty() {
        true => apply(old)?,
        false => {
            let data_type = changed_type(&old.data_type, rest, apply)?;
            Some(StructField { data_type: data_type.ok_or_else(|| not_found(schema, &rest[0]))?, ..old })
        }
    };
    if let Some(new) = new {
        fields.insert(place, new);
    }
    Ok(StructType::new(fields))
}

/// Through structs, and through `element`, `key` and `value` of arrays and maps.
fn changed_type(
    data_type: &DataType,
    path: &[String],
    apply: &mut dyn FnMut(StructField) -> Result<Option<StructField>>,
) -> Result<Option<DataType>> {
    match (data_type, path) {
        (DataType::Struct(inner), _) => Ok(Some(DataType::Struct(changed(inner, path, apply)?))),
        (DataType::Array { element, contains_null }, [first, rest @ ..])
            if first.eq_ignore_ascii_case("element") && !rest.is_empty() =>
        {
            let element = changed_type(element, rest, apply)?;
            Ok(element.map(|e| DataType::Array { element: Box::new(e), contains_null: *contains_null }))
        }
        (DataType::Map { key, value, value_contains_null }, [first, rest @ ..])
            if first.eq_ignore_ascii_case("value") && !rest.is_empty() =>
        {
            let value = changed_type(value, rest, apply)?;
            Ok(value.map(|value| DataType::Map {
                key: key.clone(),
                value: Box::new(value),
                value_contains_null: *value_contains_null,
            }))
        }
        _ => Ok(None),
    }
}

/// What may change of a column: whether it may be NULL, and what users know of it.
fn with_changes(old: StructField, new: &StructField) -> StructField {
    let mut kept = metadata(&old);
    kept.retain(|key, _| key.starts_with("delta."));
    kept.extend(metadata(new).into_iter().filter(|(key, _)| !key.starts_with("delta.")));
    with_metadata(StructField { nullable: new.nullable, ..old }, kept)
}

fn rename(new: &mut NewMetadata, path: &[String], to: &str) -> Result<()> {
    let Some((last, parents)) = path.split_last() else { return Ok(()) };
    let siblings = parents.iter().try_fold(new.full.clone(), |schema, name| {
        let found = schema.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        match found.map(|field| field.data_type.clone()) {
            Some(DataType::Struct(inner)) => Ok(inner),
            Some(_) => Err(Error::unsupported("renaming fields inside arrays and maps")),
            None => Err(not_found(&schema, name)),
        }
    })?;
    let is_other = |field: &&StructField| !field.name.eq_ignore_ascii_case(last);
    if siblings.fields.iter().filter(is_other).any(|field| field.name.eq_ignore_ascii_case(to)) {
        return Err(Error::analysis("DELTA_DUPLICATE_COLUMNS_FOUND.ADDING_COLUMNS")
            .with("duplicateCols", to.to_lowercase()));
    }
    if new.configuration.keys().any(|key| key.starts_with(CONSTRAINT)) {
        return Err(Error::unsupported("renaming columns of a table with CHECK constraints"));
    }
    new.full =
        changed(&new.full, path, &mut |field| Ok(Some(StructField { name: to.to_string(), ..field })))?;
    if parents.is_empty() {
        for column in &mut new.partition_by {
            if column.eq_ignore_ascii_case(last) {
                *column = to.to_string();
            }
        }
    }
    Ok(())
}

fn renamed_path(path: &[String], to: &str) -> String {
    let mut path = path.to_vec();
    if let Some(last) = path.last_mut() {
        *last = to.to_string();
    }
    path.join(".")
}

fn dropped(new: &NewMetadata, path: &[String]) -> Result<StructType> {
    if let [column] = path {
        if new.partition_by.iter().any(|name| name.eq_ignore_ascii_case(column)) {
            return Err(Error::unsupported("dropping partition columns"));
        }
        if new.full.fields.len() <= 1 {
            return Err(Error::unsupported("dropping the last column"));
        }
    }
    if new.configuration.keys().any(|key| key.starts_with(CONSTRAINT)) {
        return Err(Error::unsupported("dropping columns of a table with CHECK constraints"));
    }
    changed(&new.full, path, &mut |_| Ok(None))
}
