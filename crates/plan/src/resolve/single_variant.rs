//! `spark.read.option("singleVariantColumn", "v").json(…)`: each record of a file as one VARIANT.

use lang::ir::{Expr, ExprKind, Literal, Options, ReadSource, Relation, RelationKind};
use lang::{Error, Result};

use super::scope::Query;
use super::{Resolved, Resolver};

/// The option's key, in lower case.
const SINGLE_VARIANT_COLUMN: &str = "singlevariantcolumn";
/// The column of the texts that are read.
const VALUE: &str = "value";
/// Options that mean to texts what they mean to JSON.
const OF_TEXTS: &[&str] = &[
    "linesep",
    "pathglobfilter",
    "recursivefilelookup",
    "modifiedbefore",
    "modifiedafter",
    "ignorecorruptfiles",
    "ignoremissingfiles",
    "basepath",
];

impl Resolver<'_> {
    /// The relation of a source that is to be read as variants, `None` where it is not.
    ///
    /// Texts are read and parsed: a malformed one is NULL, or dropped where the mode says so; blank ones are no records.
    ///
    /// # Errors
    /// Formats, modes and options for which that is not the same.
    pub(super) fn single_variant(&self, source: &ReadSource, format: &str) -> Result<Option<Resolved>> {
        let option = |key: &str| source.options.iter().find(|(k, _)| k.eq_ignore_ascii_case(key));
        let Some((_, name)) = option(SINGLE_VARIANT_COLUMN).filter(|_| format == "json") else {
            return Ok(None);
        };
        if source.schema.is_some() {
            return Err(Error::unsupported("singleVariantColumn together with a schema"));
        }
        let (mut options, mut drops) = (Options::new(), false);
        for (key, value) in &source.options {
            match key.to_lowercase().as_str() {
                SINGLE_VARIANT_COLUMN => {}
                "mode" => drops = drops_malformed(value)?,
                "multiline" => {
                    options.insert("wholetext".to_string(), value.clone());
                }
                known if OF_TEXTS.contains(&known) => {
                    options.insert(key.clone(), value.clone());
                }
                _ => return Err(Error::unsupported(format!("the option {key} with singleVariantColumn"))),
            }
        }
        let texts = ReadSource {
            format: Some("text".to_string()),
            options,
            paths: source.paths.clone(),
            ..ReadSource::default()
        };
        let value = || Expr::column(VALUE);
        let word = Expr::literal(Literal::String("\\S".to_string()));
        let records =
            filter(Relation::new(RelationKind::Source(texts)), Expr::call("rlike", vec![value(), word]));
        let others = ExprKind::Star { target: None, plan_id: None, except: vec![vec![VALUE.to_string()]] };
        let variant = Expr::call("try_parse_json", vec![value()]);
        let records = match drops {
            true => filter(records, Expr::call("isnotnull", vec![variant.clone()])),
            false => records,
        };
        let expressions = vec![variant.alias(name), others.into()];
        let relation = Relation::new(RelationKind::Project { input: records, expressions });
        self.relation(&relation, &Query::default(), None).map(Some)
    }
}

fn filter(input: Relation, condition: Expr) -> Relation {
    Relation::new(RelationKind::Filter { input, condition })
}

/// What `mode` says of malformed records.
///
/// # Errors
/// The mode that fails, for it tells the file.
fn drops_malformed(mode: &str) -> Result<bool> {
    match mode.to_uppercase().as_str() {
        "DROPMALFORMED" => Ok(true),
        "FAILFAST" => Err(Error::unsupported("the mode FAILFAST with singleVariantColumn")),
        _ => Ok(false),
    }
}
