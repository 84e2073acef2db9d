//! Where a part of a program was written: the text or the call, and the part of it.

use std::sync::Arc;

use crate::{QueryContext, Span};

/// What spans count in: a SQL text, or the DataFrame call that made an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Sql {
        text: Arc<str>,
        /// Where `text` begins in the text that spans count in: a view's query is a piece of its CREATE VIEW.
        base: u32,
        /// The kind and the name of what the text belongs to: `VIEW`, `spark_catalog.default.v`.
        object: Option<(Arc<str>, Arc<str>)>,
    },
    Call {
        fragment: String,
        call_site: String,
    },
}

impl Source {
    pub fn sql(text: &str) -> Arc<Self> {
        Arc::new(Source::Sql { text: text.into(), base: 0, object: None })
    }

    pub fn call(fragment: impl Into<String>, call_site: impl Into<String>) -> Arc<Self> {
        Arc::new(Source::Call { fragment: fragment.into(), call_site: call_site.into() })
    }

    /// The piece at `span` as the text of an object of its own; spans stay what they are.
    pub fn of_object(&self, span: Span, kind: &str, name: &str) -> Arc<Self> {
        let Source::Sql { text, base, .. } = self else { return Arc::new(self.clone()) };
        let piece =
            text.get((span.start.saturating_sub(*base)) as usize..(span.end.saturating_sub(*base)) as usize);
        let (text, base) = match piece {
            Some(piece) => (piece.into(), span.start),
            None => (Arc::clone(text), *base),
        };
        Arc::new(Source::Sql { text, base, object: Some((kind.into(), name.into())) })
    }
}

/// A piece of a program that errors can point at; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub source: Option<Arc<Source>>,
    pub span: Span,
}

impl Place {
    pub const NOWHERE: Place = Place { source: None, span: Span::NONE };

    /// Whether an error can point here.
    pub fn is_known(&self) -> bool {
        match self.source.as_deref() {
            Some(Source::Sql { .. }) => !self.span.is_none(),
            Some(Source::Call { .. }) => true,
            None => false,
        }
    }

    /// What errors carry to point here.
    pub fn context(&self) -> Option<QueryContext> {
        if !self.is_known() {
            return None;
        }
        match self.source.as_deref()? {
            Source::Sql { text, base, object } => {
                let (object_type, object_name) = object
                    .as_ref()
                    .map_or_else(Default::default, |(kind, name)| (kind.to_string(), name.to_string()));
                Some(QueryContext::Sql {
                    object_type,
                    object_name,
                    text: Arc::clone(text),
                    start: self.span.start.saturating_sub(*base) as usize,
                    stop: self.span.end.saturating_sub(*base) as usize,
                })
            }
            Source::Call { fragment, call_site } => {
                Some(QueryContext::DataFrame { fragment: fragment.clone(), call_site: call_site.clone() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_has_a_text_of_its_own() {
        let text = "create view v as select 1/0";
        let source = Source::sql(text).of_object(Span::new(17, 27), "VIEW", "v");
        let place = Place { source: Some(source), span: Span::new(24, 27) };
        let Some(QueryContext::Sql { object_name, text, start, stop, .. }) = place.context() else {
            panic!("no context")
        };
        assert_eq!((object_name.as_str(), &*text, start, stop), ("v", "select 1/0", 7, 10));
    }

    #[test]
    fn what_nobody_wrote_is_nowhere() {
        let place = Place { source: Some(Source::sql("select 1")), span: Span::NONE };
        assert!(place.context().is_none());
        assert!(Place::NOWHERE.context().is_none());
    }
}
