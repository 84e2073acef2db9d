//! `df.na` and `df.stat`.

use lang::Result;
use lang::ir::{Literal, RelationKind};
use spark_connect_proto as proto;

use super::{Decoder, invalid, literal, required};

const DEFAULT_SUPPORT: f64 = 0.01;

impl Decoder<'_> {
    pub(super) fn fill_na(&self, fill: &proto::NaFill) -> Result<RelationKind> {
        let values = literal::literals(&fill.values)?;
        if values.is_empty() || (values.len() > 1 && values.len() != fill.cols.len()) {
            return Err(invalid(format!(
                "NAFill has {} values for {} columns",
                values.len(),
                fill.cols.len()
            )));
        }
        Ok(RelationKind::FillNa {
            input: self.input(&fill.input, "NAFill.input")?,
            columns: fill.cols.clone(),
            values,
        })
    }

    pub(super) fn drop_na(&self, drop: &proto::NaDrop) -> Result<RelationKind> {
        Ok(RelationKind::DropNa {
            input: self.input(&drop.input, "NADrop.input")?,
            columns: drop.cols.clone(),
            min_non_nulls: drop.min_non_nulls.map(|n| usize::try_from(n).unwrap_or(0)),
        })
    }

    pub(super) fn replace(&self, replace: &proto::NaReplace) -> Result<RelationKind> {
        let pair = |r: &proto::na_replace::Replacement| -> Result<(Literal, Literal)> {
            let old = literal::literal(required(&r.old_value, "NAReplace.Replacement.old_value")?)?;
            let new = literal::literal(required(&r.new_value, "NAReplace.Replacement.new_value")?)?;
            Ok((old, new))
        };
        Ok(RelationKind::Replace {
            input: self.input(&replace.input, "NAReplace.input")?,
            columns: replace.cols.clone(),
            replacements: replace.replacements.iter().map(pair).collect::<Result<_>>()?,
        })
    }

    pub(super) fn summary(&self, summary: &proto::StatSummary) -> Result<RelationKind> {
        let input = self.input(&summary.input, "StatSummary.input")?;
        Ok(RelationKind::Summary { input, statistics: summary.statistics.clone() })
    }

    pub(super) fn describe(&self, describe: &proto::StatDescribe) -> Result<RelationKind> {
        let input = self.input(&describe.input, "StatDescribe.input")?;
        Ok(RelationKind::Describe { input, columns: describe.cols.clone() })
    }

    pub(super) fn crosstab(&self, crosstab: &proto::StatCrosstab) -> Result<RelationKind> {
        Ok(RelationKind::Crosstab {
            input: self.input(&crosstab.input, "StatCrosstab.input")?,
            left: crosstab.col1.clone(),
            right: crosstab.col2.clone(),
        })
    }

    pub(super) fn covariance(&self, covariance: &proto::StatCov) -> Result<RelationKind> {
        Ok(RelationKind::Covariance {
            input: self.input(&covariance.input, "StatCov.input")?,
            left: covariance.col1.clone(),
            right: covariance.col2.clone(),
        })
    }

    pub(super) fn correlation(&self, correlation: &proto::StatCorr) -> Result<RelationKind> {
        Ok(RelationKind::Correlation {
            input: self.input(&correlation.input, "StatCorr.input")?,
            left: correlation.col1.clone(),
            right: correlation.col2.clone(),
            method: correlation.method.clone().unwrap_or_else(|| "pearson".to_string()),
        })
    }

    pub(super) fn approx_quantile(&self, quantile: &proto::StatApproxQuantile) -> Result<RelationKind> {
        Ok(RelationKind::ApproxQuantile {
            input: self.input(&quantile.input, "StatApproxQuantile.input")?,
            columns: quantile.cols.clone(),
            probabilities: quantile.probabilities.clone(),
            relative_error: quantile.relative_error,
        })
    }

    pub(super) fn freq_items(&self, items: &proto::StatFreqItems) -> Result<RelationKind> {
        Ok(RelationKind::FreqItems {
            input: self.input(&items.input, "StatFreqItems.input")?,
            columns: items.cols.clone(),
            support: items.support.unwrap_or(DEFAULT_SUPPORT),
        })
    }

    pub(super) fn sample_by(&self, sample: &proto::StatSampleBy) -> Result<RelationKind> {
        let fraction = |f: &proto::stat_sample_by::Fraction| -> Result<(Literal, f64)> {
            Ok((literal::literal(required(&f.stratum, "StatSampleBy.Fraction.stratum")?)?, f.fraction))
        };
        Ok(RelationKind::SampleBy {
            input: self.input(&sample.input, "StatSampleBy.input")?,
            column: self.required_expression(&sample.col, "StatSampleBy.col")?,
            fractions: sample.fractions.iter().map(fraction).collect::<Result<_>>()?,
            seed: sample.seed,
        })
    }
}
