//! ALTER TABLE, ALTER VIEW and ALTER DATABASE.

use super::Parser;
use crate::ir::{DatabaseChange, SchemaBinding, Statement, TableChange};
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn alter(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("ALTER")?;
        if self.is_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
            self.position += 1;
            let name = self.name_reference()?;
            return Ok(Statement::AlterDatabase { name, change: self.database_change()? });
        }
        if self.eat_word("VIEW") {
            return self.alter_view();
        }
        if self.is_word("INDEX") {
            return Err(self.refused_native("ALTER INDEX", start));
        }
        self.expect_word("TABLE")?;
        let name = self.name_reference()?;
        let mark = self.mark();
        self.optional_partition()?;
        if let Some(words) = self.refused_table_change() {
            return Err(self.refused_native(&format!("ALTER TABLE {words}"), start));
        }
        self.reset_to(mark);
        let change = self.table_change()?;
        Ok(Statement::AlterTable { name, change })
    }

    fn database_change(&mut self) -> Result<DatabaseChange> {
        let start = self.peek();
        if self.eat_words(&["DEFAULT", "COLLATION"]) {
            self.identifier()?;
            return Err(self.database_collation(start));
        }
        if self.eat_word("UNSET") {
            self.expect_properties_word()?;
            return Ok(DatabaseChange::UnsetProperties(self.property_keys()?));
        }
        self.expect_word("SET")?;
        if self.is_word("LOCATION") {
            return Ok(DatabaseChange::SetLocation(self.clause_text("LOCATION")?));
        }
        self.expect_properties_word()?;
        Ok(DatabaseChange::SetProperties(self.properties()?))
    }

    fn expect_properties_word(&mut self) -> Result<()> {
        if self.eat_any_word(&["DBPROPERTIES", "PROPERTIES"]) { Ok(()) } else { Err(self.unexpected()) }
    }

    // ---- views

    fn alter_view(&mut self) -> Result<Statement> {
        let name = self.name_reference()?;
        if let Some(binding) = self.schema_binding()? {
            return Ok(Statement::AlterViewSchema { name, binding });
        }
        if self.eat_word("AS") || self.starts_query_at(0) {
            let start = self.peek().span;
            let query = self.query()?;
            let text = self.text_from(start).to_string();
            return Ok(Statement::AlterViewQuery { name, query, text });
        }
        let known = self.are_words(&["RENAME", "TO"])
            || self.are_words(&["SET", "TBLPROPERTIES"])
            || self.are_words(&["UNSET", "TBLPROPERTIES"])
            || self.is_any_word(&["ADD", "DROP"]);
        if !known || self.is_word_at(1, "COLUMN") || self.is_word_at(1, "COLUMNS") {
            return Err(self.unexpected());
        }
        let start = self.peek();
        let change = self.table_change()?;
        let refused = match &change {
            TableChange::AddPartitions { .. } => "ALTER VIEW ... ADD PARTITION",
            TableChange::DropPartitions { .. } => "ALTER VIEW ... DROP PARTITION",
            _ => return Ok(Statement::AlterView { name, change }),
        };
        Err(self.invalid_clause(refused, start))
    }

    /// `WITH SCHEMA BINDING | COMPENSATION | [TYPE] EVOLUTION`
    pub(super) fn schema_binding(&mut self) -> Result<Option<SchemaBinding>> {
        if !self.eat_words(&["WITH", "SCHEMA"]) {
            return Ok(None);
        }
        let bindings = [
            ("BINDING", SchemaBinding::Binding),
            ("COMPENSATION", SchemaBinding::Compensation),
            ("EVOLUTION", SchemaBinding::Evolution),
        ];
        if let Some((_, binding)) = bindings.into_iter().find(|(word, _)| self.eat_word(word)) {
            return Ok(Some(binding));
        }
        self.expect_words(&["TYPE", "EVOLUTION"])?;
        Ok(Some(SchemaBinding::TypeEvolution))
    }

    // ---- tables

    fn table_change(&mut self) -> Result<TableChange> {
        let start = self.peek();
        let partition = self.optional_partition()?;
        if !partition.is_empty() && self.eat_words(&["RENAME", "TO"]) {
            self.expect_values(&partition, start)?;
            let to = self.partition_spec()?;
            self.expect_values(&to, start)?;
            return Ok(TableChange::RenamePartition { from: partition, to });
        }
        if partition.is_empty()
            && let Some(change) = self.whole_table_change()?
        {
            return Ok(change);
        }
        if self.eat_words(&["SET", "SERDE"]) {
            let class = Some(self.string_literal()?);
            let has_properties = self.eat_words(&["WITH", "SERDEPROPERTIES"]);
            let properties = if has_properties { self.properties()? } else { Default::default() };
            return Ok(TableChange::SetSerde { partition, class, properties });
        }
        if self.eat_words(&["SET", "SERDEPROPERTIES"]) {
            return Ok(TableChange::SetSerde { partition, class: None, properties: self.properties()? });
        }
        if self.eat_word("SET") {
            return Ok(TableChange::SetLocation { partition, location: self.clause_text("LOCATION")? });
        }
        if self.is_word("CHANGE") {
            return self.change_column(partition);
        }
        if self.eat_words(&["REPLACE", "COLUMNS"]) {
            if !partition.is_empty() {
                return Err(self.invalid_clause("ALTER TABLE ... PARTITION ... REPLACE COLUMNS", start));
            }
            return self.replaced_columns();
        }
        Err(self.unexpected())
    }

    /// The changes that never have a partition in front of them.
    fn whole_table_change(&mut self) -> Result<Option<TableChange>> {
        Ok(Some(if self.eat_words(&["RENAME", "TO"]) {
            TableChange::Rename(self.multipart_identifier()?)
        } else if self.eat_words(&["RENAME", "COLUMN"]) {
            let column = self.multipart_identifier()?;
            self.expect_word("TO")?;
            TableChange::RenameColumn { column, to: self.identifier()? }
        } else if self.eat_words(&["SET", "TBLPROPERTIES"]) {
            TableChange::SetProperties(self.properties()?)
        } else if self.eat_words(&["UNSET", "TBLPROPERTIES"]) {
            let if_exists = self.eat_if_exists();
            TableChange::UnsetProperties { keys: self.property_keys()?, if_exists }
        } else if self.eat_words(&["RECOVER", "PARTITIONS"]) {
            TableChange::RecoverPartitions
        } else if self.is_word("ADD") {
            self.table_addition()?
        } else if self.is_word("DROP") {
            self.table_removal()?
        } else if self.is_word("ALTER") || (self.is_word("CHANGE") && !self.at_hive_change()) {
            self.alter_columns()?
        } else if self.eat_words(&["CLUSTER", "BY", "NONE"]) {
            TableChange::ClusterBy(Vec::new())
        } else if self.eat_words(&["CLUSTER", "BY"]) {
            TableChange::ClusterBy(self.parenthesized_list(|p| p.multipart_identifier())?)
        } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
            TableChange::SetCollation(self.identifier()?)
        } else {
            return Ok(None);
        }))
    }

    fn table_addition(&mut self) -> Result<TableChange> {
        let start = self.peek();
        self.expect_word("ADD")?;
        if self.eat_any_word(&["COLUMN", "COLUMNS"]) {
            return self.added_columns();
        }
        let if_not_exists = self.eat_if_not_exists();
        if !self.is_word("PARTITION") {
            return if if_not_exists {
                Err(self.unexpected())
            } else {
                Ok(TableChange::AddConstraint(self.table_constraint()?))
            };
        }
        let mut partitions = Vec::new();
        while self.is_word("PARTITION") {
            let partition = self.partition_spec()?;
            self.expect_values(&partition, start)?;
            let location = if self.is_word("LOCATION") { Some(self.clause_text("LOCATION")?) } else { None };
            partitions.push((partition, location));
        }
        Ok(TableChange::AddPartitions { partitions, if_not_exists })
    }

    fn table_removal(&mut self) -> Result<TableChange> {
        self.expect_word("DROP")?;
        if self.eat_any_word(&["COLUMN", "COLUMNS"]) {
            let if_exists = self.eat_if_exists();
            let columns = if self.is_symbol("(") {
                self.parenthesized_list(|p| p.multipart_identifier())?
            } else {
                self.comma_list(|p| p.multipart_identifier())?
            };
            return Ok(TableChange::DropColumns { columns, if_exists });
        }
        if self.eat_word("CONSTRAINT") {
            let if_exists = self.eat_if_exists();
            let name = self.identifier()?;
            let cascade = self.eat_word("CASCADE");
            if !cascade {
                self.eat_word("RESTRICT");
            }
            return Ok(TableChange::DropConstraint { name, if_exists, cascade });
        }
        let if_exists = self.eat_if_exists();
        let start = self.peek();
        let partitions = self.comma_list(|p| p.partition_spec())?;
        partitions.iter().try_for_each(|partition| self.expect_values(partition, start))?;
        Ok(TableChange::DropPartitions { partitions, if_exists, purge: self.eat_word("PURGE") })
    }

    /// Hive's changes that Spark's language names only to refuse them.
    fn refused_table_change(&self) -> Option<&'static str> {
        const REFUSED: &[&[&str]] = &[
            &["NOT", "CLUSTERED"],
            &["CLUSTERED", "BY"],
            &["NOT", "SORTED"],
            &["SKEWED", "BY"],
            &["NOT", "SKEWED"],
            &["NOT", "STORED", "AS", "DIRECTORIES"],
            &["SET", "SKEWED", "LOCATION"],
            &["EXCHANGE", "PARTITION"],
            &["ARCHIVE", "PARTITION"],
            &["UNARCHIVE", "PARTITION"],
            &["TOUCH"],
            &["COMPACT"],
            &["CONCATENATE"],
            &["SET", "FILEFORMAT"],
        ];
        const NAMES: &[&str] = &[
            "NOT CLUSTERED",
            "CLUSTERED BY",
            "NOT SORTED",
            "SKEWED BY",
            "NOT SKEWED",
            "NOT STORED AS DIRECTORIES",
            "SET SKEWED LOCATION",
            "EXCHANGE PARTITION",
            "ARCHIVE PARTITION",
            "UNARCHIVE PARTITION",
            "TOUCH",
            "COMPACT",
            "CONCATENATE",
            "SET FILEFORMAT",
        ];
        let found = REFUSED.iter().position(|words| self.are_words(words))?;
        NAMES.get(found).copied()
    }

    /// A command of Hive that Spark refuses by its words.
    pub(super) fn refused_native(&self, words: &str, start: crate::lexer::Token) -> Error {
        self.invalid_clause(words, start)
    }
}
