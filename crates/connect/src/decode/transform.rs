//! Relations with one input.

use lang::ir::{Expr, Literal, RelationKind, Unpivot};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::expression::ExprType;
use spark_connect_proto::parse::ParseFormat;

use super::data_type::struct_of;
use super::python::python_function;
use super::{Decoder, count, invalid, missing, options, required};

impl Decoder<'_> {
    pub(super) fn project(&self, project: &proto::Project) -> Result<RelationKind> {
        let input = match &project.input {
            Some(input) => self.relation(input)?,
            None => lang::ir::Relation::new(RelationKind::OneRow),
        };
        Ok(RelationKind::Project { input, expressions: self.expressions(&project.expressions)? })
    }

    pub(super) fn filter(&self, filter: &proto::Filter) -> Result<RelationKind> {
        let input = self.input(&filter.input, "Filter.input")?;
        Ok(RelationKind::Filter {
            input,
            condition: self.required_expression(&filter.condition, "Filter.condition")?,
        })
    }

    pub(super) fn sort(&self, sort: &proto::Sort) -> Result<RelationKind> {
        let input = self.input(&sort.input, "Sort.input")?;
        Ok(RelationKind::Sort {
            input,
            order: self.sort_orders(&sort.order)?,
            global: sort.is_global.unwrap_or(true),
        })
    }

    pub(super) fn limit(&self, limit: &proto::Limit) -> Result<RelationKind> {
        Ok(RelationKind::Limit {
            input: self.input(&limit.input, "Limit.input")?,
            limit: integer(limit.limit),
        })
    }

    pub(super) fn offset(&self, offset: &proto::Offset) -> Result<RelationKind> {
        Ok(RelationKind::Offset {
            input: self.input(&offset.input, "Offset.input")?,
            offset: integer(offset.offset),
        })
    }

    pub(super) fn tail(&self, tail: &proto::Tail) -> Result<RelationKind> {
        Ok(RelationKind::Tail { input: self.input(&tail.input, "Tail.input")?, limit: integer(tail.limit) })
    }

    pub(super) fn deduplicate(&self, deduplicate: &proto::Deduplicate) -> Result<RelationKind> {
        let input = self.input(&deduplicate.input, "Deduplicate.input")?;
        let all = deduplicate.all_columns_as_keys.unwrap_or(false);
        match (all, deduplicate.column_names.is_empty()) {
            (true, false) => return Err(invalid("Deduplicate names columns and takes all of them")),
            (false, true) => return Err(invalid("Deduplicate needs columns, or all of them")),
            _ => {}
        }
        Ok(RelationKind::Deduplicate {
            input,
            columns: deduplicate.column_names.clone(),
            within_watermark: deduplicate.within_watermark.unwrap_or(false),
        })
    }

    pub(super) fn subquery_alias(&self, alias: &proto::SubqueryAlias) -> Result<RelationKind> {
        let input = self.input(&alias.input, "SubqueryAlias.input")?;
        Ok(RelationKind::SubqueryAlias { input, alias: alias.alias.clone(), columns: Vec::new() })
    }

    pub(super) fn sample(&self, sample: &proto::Sample) -> Result<RelationKind> {
        Ok(RelationKind::Sample {
            input: self.input(&sample.input, "Sample.input")?,
            lower: sample.lower_bound,
            upper: sample.upper_bound,
            with_replacement: sample.with_replacement.unwrap_or(false),
            seed: sample.seed,
            deterministic_order: sample.deterministic_order,
        })
    }

    pub(super) fn repartition(&self, repartition: &proto::Repartition) -> Result<RelationKind> {
        Ok(RelationKind::Repartition {
            input: self.input(&repartition.input, "Repartition.input")?,
            partitions: count(repartition.num_partitions, "Repartition.num_partitions")?,
            shuffle: repartition.shuffle.unwrap_or(true),
        })
    }

    pub(super) fn repartition_by(
        &self,
        repartition: &proto::RepartitionByExpression,
    ) -> Result<RelationKind> {
        let partitions = repartition.num_partitions;
        if let [message] = repartition.partition_exprs.as_slice()
            && let Some(ExprType::DirectShufflePartitionId(id)) = &message.expr_type
        {
            let number = self.expression(id.child.as_deref().ok_or_else(|| missing("child"))?)?;
            let partitions = partitions.ok_or_else(|| missing("RepartitionByExpression.num_partitions"))?;
            return Ok(RelationKind::RepartitionById {
                input: self.input(&repartition.input, "RepartitionByExpression.input")?,
                number,
                partitions: count(partitions, "RepartitionByExpression.num_partitions")?,
            });
        }
        Ok(RelationKind::RepartitionBy {
            input: self.input(&repartition.input, "RepartitionByExpression.input")?,
            expressions: self.expressions(&repartition.partition_exprs)?,
            partitions: partitions.map(|n| count(n, "RepartitionByExpression.num_partitions")).transpose()?,
        })
    }

    pub(super) fn to_df(&self, to_df: &proto::ToDf) -> Result<RelationKind> {
        Ok(RelationKind::ToDf {
            input: self.input(&to_df.input, "ToDF.input")?,
            names: to_df.column_names.clone(),
        })
    }

    pub(super) fn with_columns_renamed(&self, renamed: &proto::WithColumnsRenamed) -> Result<RelationKind> {
        let mut renames: Vec<_> = renamed
            .renames
            .iter()
            .map(|rename| (rename.col_name.clone(), rename.new_col_name.clone()))
            .collect();
        #[allow(deprecated)]
        renames.extend(renamed.rename_columns_map.iter().map(|(from, to)| (from.clone(), to.clone())));
        Ok(RelationKind::WithColumnsRenamed {
            input: self.input(&renamed.input, "WithColumnsRenamed.input")?,
            renames,
        })
    }

    pub(super) fn with_columns(&self, with: &proto::WithColumns) -> Result<RelationKind> {
        if let Some(alias) = with.aliases.iter().find(|alias| alias.name.len() != 1) {
            return Err(invalid(format!(
                "WithColumns takes one name for each column, found {:?}",
                alias.name
            )));
        }
        Ok(RelationKind::WithColumns {
            input: self.input(&with.input, "WithColumns.input")?,
            columns: with.aliases.iter().map(|alias| self.alias(alias)).collect::<Result<_>>()?,
        })
    }

    pub(super) fn drop_columns(&self, drop: &proto::Drop) -> Result<RelationKind> {
        Ok(RelationKind::Drop {
            input: self.input(&drop.input, "Drop.input")?,
            columns: self.expressions(&drop.columns)?,
            names: drop.column_names.clone(),
        })
    }

    pub(super) fn to_schema(&self, to_schema: &proto::ToSchema) -> Result<RelationKind> {
        let schema = struct_of(required(&to_schema.schema, "ToSchema.schema")?)?;
        Ok(RelationKind::ToSchema { input: self.input(&to_schema.input, "ToSchema.input")?, schema })
    }

    pub(super) fn hint(&self, hint: &proto::Hint) -> Result<RelationKind> {
        Ok(RelationKind::Hint {
            input: self.input(&hint.input, "Hint.input")?,
            name: hint.name.clone(),
            parameters: self.expressions(&hint.parameters)?,
        })
    }

    pub(super) fn unpivot(&self, unpivot: &proto::Unpivot) -> Result<RelationKind> {
        let values = match &unpivot.values {
            Some(values) => {
                Some(self.expressions(&values.values)?.into_iter().map(|value| (vec![value], None)).collect())
            }
            None => None,
        };
        Ok(RelationKind::Unpivot(Unpivot {
            input: self.input(&unpivot.input, "Unpivot.input")?,
            ids: Some(self.expressions(&unpivot.ids)?),
            values,
            variable_name: unpivot.variable_column_name.clone(),
            value_names: vec![unpivot.value_column_name.clone()],
            include_nulls: true,
        }))
    }

    pub(super) fn transpose(&self, transpose: &proto::Transpose) -> Result<RelationKind> {
        let mut index = self.expressions(&transpose.index_columns)?;
        if index.len() > 1 {
            return Err(invalid(format!("Transpose takes one index column, found {}", index.len())));
        }
        Ok(RelationKind::Transpose {
            input: self.input(&transpose.input, "Transpose.input")?,
            index: index.pop(),
        })
    }

    pub(super) fn collect_metrics(&self, metrics: &proto::CollectMetrics) -> Result<RelationKind> {
        Ok(RelationKind::CollectMetrics {
            input: self.input(&metrics.input, "CollectMetrics.input")?,
            name: metrics.name.clone(),
            metrics: self.expressions(&metrics.metrics)?,
        })
    }

    pub(super) fn parse(&self, parse: &proto::Parse) -> Result<RelationKind> {
        let format = match ParseFormat::try_from(parse.format) {
            Ok(ParseFormat::Csv) => "csv",
            Ok(ParseFormat::Json) => "json",
            Ok(ParseFormat::Xml) => "xml",
            Ok(ParseFormat::Unspecified) | Err(_) => return Err(invalid("Parse.format is not set")),
        };
        Ok(RelationKind::Parse {
            input: self.input(&parse.input, "Parse.input")?,
            format: format.to_string(),
            schema: parse.schema.as_ref().map(struct_of).transpose()?,
            options: options(&parse.options),
        })
    }

    pub(super) fn map_partitions(&self, map: &proto::MapPartitions) -> Result<RelationKind> {
        if map.is_barrier.unwrap_or(false) {
            return Err(Error::unsupported("barrier execution"));
        }
        if map.profile_id.is_some_and(|id| id > 0) {
            return Err(Error::unsupported("resource profiles"));
        }
        let function = required(&map.func, "MapPartitions.func")?;
        Ok(RelationKind::MapPartitions {
            input: self.input(&map.input, "MapPartitions.input")?,
            function: python_function(function)?,
            name: function.function_name.clone(),
        })
    }

    pub(super) fn group_map(&self, map: &proto::GroupMap) -> Result<RelationKind> {
        let stateful = map.transform_with_state_info.is_some()
            || map.initial_input.is_some()
            || map.state_schema.is_some()
            || map.is_map_groups_with_state.unwrap_or(false);
        if stateful {
            return Err(Error::unsupported("functions on groups with state"));
        }
        if !map.sorting_expressions.is_empty() {
            return Err(Error::unsupported("sorted groups"));
        }
        let function = required(&map.func, "GroupMap.func")?;
        Ok(RelationKind::GroupMap {
            input: self.input(&map.input, "GroupMap.input")?,
            grouping: self.expressions(&map.grouping_expressions)?,
            function: python_function(function)?,
            name: function.function_name.clone(),
        })
    }

    pub(super) fn watermark(&self, watermark: &proto::WithWatermark) -> Result<RelationKind> {
        Ok(RelationKind::Watermark {
            input: self.input(&watermark.input, "WithWatermark.input")?,
            event_time: watermark.event_time.clone(),
            delay: watermark.delay_threshold.clone(),
        })
    }

    pub(super) fn show_string(&self, show: &proto::ShowString) -> Result<RelationKind> {
        Ok(RelationKind::ShowString {
            input: self.input(&show.input, "ShowString.input")?,
            rows: usize::try_from(show.num_rows).unwrap_or(0),
            truncate: usize::try_from(show.truncate).unwrap_or(0),
            vertical: show.vertical,
        })
    }

    pub(super) fn html_string(&self, html: &proto::HtmlString) -> Result<RelationKind> {
        Ok(RelationKind::HtmlString {
            input: self.input(&html.input, "HtmlString.input")?,
            rows: usize::try_from(html.num_rows).unwrap_or(0),
            truncate: usize::try_from(html.truncate).unwrap_or(0),
        })
    }
}

fn integer(value: i32) -> Expr {
    Expr::literal(Literal::Integer(value))
}
