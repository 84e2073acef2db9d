//! Relations: which message goes to which function.

use lang::ir::{Relation, RelationKind};
use lang::{Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::relation::RelType;

use super::{Decoder, invalid, missing};

impl Decoder<'_> {
    /// Decodes a relation and everything below it.
    pub(crate) fn relation(&self, message: &proto::Relation) -> Result<Relation> {
        let unknown = || invalid("the kind of relation is unknown to this server; the client may be newer");
        let mut relation = self.nested(|| match message.rel_type.as_ref().ok_or_else(unknown)? {
            RelType::Sql(sql) => self.sql(sql),
            kind => self.relation_kind(kind).map(Relation::new),
        })?;
        relation.plan_id = message.common.as_ref().and_then(|common| common.plan_id);
        Ok(relation)
    }

    /// A required input.
    pub(super) fn input(&self, message: &Option<Box<proto::Relation>>, field: &str) -> Result<Relation> {
        self.relation(message.as_ref().ok_or_else(|| missing(field))?)
    }

    fn relation_kind(&self, kind: &RelType) -> Result<RelationKind> {
        match kind {
            RelType::Read(read) => self.read(read),
            RelType::LocalRelation(local) => self.local(local),
            RelType::CachedLocalRelation(cached) => self.cached_local(cached),
            RelType::ChunkedCachedLocalRelation(chunked) => self.chunked_local(chunked),
            RelType::CachedRemoteRelation(cached) => {
                Ok(RelationKind::Cached { id: cached.relation_id.clone() })
            }
            RelType::Range(range) => self.range(range),
            RelType::UnresolvedTableValuedFunction(function) => self.table_function(function),
            RelType::Catalog(catalog) => self.catalog(catalog),
            RelType::WithRelations(with) => self.with_relations(with),
            RelType::Aggregate(aggregate) => self.aggregate(aggregate),
            RelType::Join(join) => self.join(join),
            RelType::LateralJoin(join) => self.lateral_join(join),
            RelType::AsOfJoin(join) => self.as_of_join(join),
            RelType::NearestByJoin(join) => self.nearest_by_join(join),
            RelType::Zip(zip) => Ok(RelationKind::Zip {
                left: self.input(&zip.left, "Zip.left")?,
                right: self.input(&zip.right, "Zip.right")?,
            }),
            RelType::SetOp(operation) => self.set_operation(operation),
            other => self.transform(other),
        }
    }

    fn transform(&self, kind: &RelType) -> Result<RelationKind> {
        match kind {
            RelType::Project(project) => self.project(project),
            RelType::Filter(filter) => self.filter(filter),
            RelType::Sort(sort) => self.sort(sort),
            RelType::Limit(limit) => self.limit(limit),
            RelType::Offset(offset) => self.offset(offset),
            RelType::Tail(tail) => self.tail(tail),
            RelType::Deduplicate(deduplicate) => self.deduplicate(deduplicate),
            RelType::SubqueryAlias(alias) => self.subquery_alias(alias),
            RelType::Sample(sample) => self.sample(sample),
            RelType::Repartition(repartition) => self.repartition(repartition),
            RelType::RepartitionByExpression(repartition) => self.repartition_by(repartition),
            RelType::ToDf(to_df) => self.to_df(to_df),
            RelType::WithColumnsRenamed(renamed) => self.with_columns_renamed(renamed),
            RelType::WithColumns(with) => self.with_columns(with),
            RelType::Drop(drop) => self.drop_columns(drop),
            RelType::ToSchema(to_schema) => self.to_schema(to_schema),
            RelType::Hint(hint) => self.hint(hint),
            RelType::Unpivot(unpivot) => self.unpivot(unpivot),
            RelType::Transpose(transpose) => self.transpose(transpose),
            RelType::CollectMetrics(metrics) => self.collect_metrics(metrics),
            RelType::Parse(parse) => self.parse(parse),
            RelType::MapPartitions(map) => self.map_partitions(map),
            RelType::GroupMap(map) => self.group_map(map),
            RelType::CoGroupMap(map) => self.cogroup_map(map),
            RelType::CommonInlineUserDefinedTableFunction(function) => self.python_table(function),
            RelType::WithWatermark(watermark) => self.watermark(watermark),
            RelType::ShowString(show) => self.show_string(show),
            RelType::HtmlString(html) => self.html_string(html),
            other => self.statistic(other),
        }
    }

    fn statistic(&self, kind: &RelType) -> Result<RelationKind> {
        match kind {
            RelType::FillNa(fill) => self.fill_na(fill),
            RelType::DropNa(drop) => self.drop_na(drop),
            RelType::Replace(replace) => self.replace(replace),
            RelType::Summary(summary) => self.summary(summary),
            RelType::Describe(describe) => self.describe(describe),
            RelType::Crosstab(crosstab) => self.crosstab(crosstab),
            RelType::Cov(covariance) => self.covariance(covariance),
            RelType::Corr(correlation) => self.correlation(correlation),
            RelType::ApproxQuantile(quantile) => self.approx_quantile(quantile),
            RelType::FreqItems(items) => self.freq_items(items),
            RelType::SampleBy(sample) => self.sample_by(sample),
            other => Err(refused(other)),
        }
    }
}

/// Kinds of the protocol that the IR has no word for.
fn refused(kind: &RelType) -> Error {
    let name = match kind {
        RelType::ApplyInPandasWithState(_) => "applyInPandasWithState",
        RelType::CommonInlineUserDefinedDataSource(_) => "Python data sources",
        RelType::RelationChanges(_) => "changes of a table",
        RelType::MlRelation(_) => "machine learning relations",
        RelType::Extension(any) => return Error::unsupported(format!("relation extension {}", any.type_url)),
        RelType::Unknown(_) => return invalid("the relation is marked as unknown by the client"),
        _ => "this kind of relation",
    };
    Error::unsupported(name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lang::ir::{ExprKind, Subquery};
    use spark_connect_proto::expression::ExprType;
    use spark_connect_proto::subquery_expression::SubqueryType;

    use super::super::{MAX_DEPTH, Uploads};
    use super::*;

    struct NoUploads;

    impl Uploads for NoUploads {
        fn cached(&self, _: &str) -> Option<Arc<[u8]>> {
            None
        }
    }

    fn decode(message: &proto::Relation) -> Result<Relation> {
        Decoder::new(&NoUploads).relation(message)
    }

    fn relation(plan_id: i64, kind: RelType) -> proto::Relation {
        let common = proto::RelationCommon { plan_id: Some(plan_id), ..Default::default() };
        proto::Relation { common: Some(common), rel_type: Some(kind) }
    }

    fn range(plan_id: i64) -> proto::Relation {
        relation(plan_id, RelType::Range(proto::Range { start: None, end: 3, step: 1, num_partitions: None }))
    }

    fn limits(depth: usize) -> proto::Relation {
        (0..depth).fold(range(0), |input, _| {
            relation(1, RelType::Limit(Box::new(proto::Limit { input: Some(Box::new(input)), limit: 1 })))
        })
    }

    #[test]
    fn plan_ids_are_kept() {
        let decoded = decode(&range(7)).expect("decodes");
        assert_eq!(decoded.plan_id, Some(7));
        assert!(matches!(*decoded.kind, RelationKind::Range { start: 0, end: 3, step: 1, partitions: None }));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let limit = relation(1, RelType::Limit(Box::new(proto::Limit { input: None, limit: 1 })));
        let error = decode(&limit).expect_err("no input");
        assert_eq!(
            (error.condition(), error.parameters()["reason"].as_str()),
            ("INVALID_PLAN_INPUT", "Limit.input is missing")
        );
        let newer = proto::Relation { common: None, rel_type: None };
        assert_eq!(decode(&newer).expect_err("unknown").condition(), "INVALID_PLAN_INPUT");
        let changes = relation(1, RelType::RelationChanges(Default::default()));
        assert_eq!(decode(&changes).expect_err("refused").condition(), "NOT_SUPPORTED_BY_FIRESTEEL");
    }

    #[test]
    fn deep_plans_decode_and_bottomless_ones_are_refused() {
        let check = || {
            assert!(decode(&limits(1000)).is_ok());
            assert_eq!(
                decode(&limits(MAX_DEPTH + 1)).expect_err("too deep").condition(),
                "INVALID_PLAN_INPUT"
            );
        };
        let thread = std::thread::Builder::new().stack_size(16 * 1024 * 1024).spawn(check).expect("starts");
        thread.join().expect("no overflow");
    }

    #[test]
    fn subqueries_find_the_relations_that_came_along() {
        let subquery = proto::SubqueryExpression {
            plan_id: 5,
            subquery_type: SubqueryType::Exists as i32,
            ..Default::default()
        };
        let condition =
            proto::Expression { common: None, expr_type: Some(ExprType::SubqueryExpression(subquery)) };
        let filter = proto::Filter { input: Some(Box::new(range(1))), condition: Some(condition) };
        let root = relation(2, RelType::Filter(Box::new(filter)));
        assert!(decode(&root).is_err());
        let with = proto::WithRelations { root: Some(Box::new(root)), references: vec![range(5)] };
        let decoded = decode(&relation(3, RelType::WithRelations(Box::new(with)))).expect("decodes");
        assert_eq!(decoded.plan_id, Some(3));
        let RelationKind::Filter { condition, .. } = *decoded.kind else { panic!("a filter") };
        let ExprKind::Subquery(subquery) = condition.kind else { panic!("a subquery") };
        assert!(matches!(*subquery, Subquery::Exists { relation } if relation.plan_id == Some(5)));
    }
}
