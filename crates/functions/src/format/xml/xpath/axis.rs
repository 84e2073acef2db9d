//! The nodes that a step reaches from one node.

use super::{Axis, Test};
use crate::format::xml::document::{Document, Id, Kind};

/// In the order of the axis: away from the node.
pub(super) fn nodes(document: &Document, from: Id, axis: Axis, test: &Test) -> Vec<Id> {
    let node = document.node(from);
    let below = || (from + 1..node.end).filter(|id| document.node(*id).kind != Kind::Attribute);
    let reached: Vec<Id> = match axis {
        Axis::Itself => vec![from],
        Axis::Child => document.children(from).collect(),
        Axis::Descendant => below().collect(),
        Axis::DescendantOrSelf => std::iter::once(from).chain(below()).collect(),
        Axis::Parent => ancestors(document, from).take(1).collect(),
        Axis::Ancestor => ancestors(document, from).collect(),
        Axis::AncestorOrSelf => std::iter::once(from).chain(ancestors(document, from)).collect(),
        Axis::FollowingSibling => siblings(document, from).filter(|id| *id > from).collect(),
        Axis::PrecedingSibling => {
            let mut before: Vec<Id> = siblings(document, from).filter(|id| *id < from).collect();
            before.reverse();
            before
        }
        Axis::Following => {
            let later = node.end..document.nodes.len();
            later.filter(|id| document.node(*id).kind != Kind::Attribute).collect()
        }
        Axis::Preceding => {
            let is_before = |id: &Id| {
                let other = document.node(*id);
                other.end <= from && other.kind != Kind::Attribute
            };
            (0..from).rev().filter(is_before).collect()
        }
        Axis::Attribute => document.attributes(from).filter(|id| !declares(document, *id)).collect(),
    };
    let principal = if axis == Axis::Attribute { Kind::Attribute } else { Kind::Element };
    reached.into_iter().filter(|id| matches(document, *id, test, principal)).collect()
}

/// `xmlns` and `xmlns:x` are no attributes for XPath.
fn declares(document: &Document, id: Id) -> bool {
    let name = &document.node(id).name;
    name == "xmlns" || name.starts_with("xmlns:")
}

fn ancestors(document: &Document, from: Id) -> impl Iterator<Item = Id> + '_ {
    let up = |id: Id| (id != 0).then(|| document.node(id).parent);
    std::iter::successors(up(from), move |id| up(*id))
}

fn siblings(document: &Document, from: Id) -> impl Iterator<Item = Id> + '_ {
    let node = document.node(from);
    let has_siblings = node.kind != Kind::Attribute && from != 0;
    let parent = has_siblings.then_some(node.parent);
    parent.into_iter().flat_map(|parent| document.children(parent))
}

fn matches(document: &Document, id: Id, test: &Test, principal: Kind) -> bool {
    let node = document.node(id);
    match test {
        Test::Node => true,
        Test::Nothing => false,
        Test::Any => node.kind == principal,
        Test::Name(name) => node.kind == principal && local_name(&node.name) == name,
        Test::Text => node.kind == Kind::Text,
        Test::Comment => node.kind == Kind::Comment,
        Test::Instruction(target) => {
            node.kind == Kind::Instruction && target.as_ref().is_none_or(|target| *target == node.name)
        }
    }
}

/// The name without its prefix.
pub(super) fn local_name(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
