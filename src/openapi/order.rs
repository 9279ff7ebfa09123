//! The document in the order in which people meet things: tags as features are declared, and within a tag a list, a
//! creation, a read, a change, then the steps of the life cycle, then everything else. Last come parts that have a life of
//! their own, such as the comments of a plan, each in the same order.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::http::Routes;
use crate::http::operation::{Method, Operation};

/// The members of the document, in their order.
const MEMBERS: [&str; 8] = ["openapi", "info", "externalDocs", "servers", "tags", "paths", "webhooks", "components"];

/// A document that is written in this order.
pub(super) struct Ordered<'d> {
    document: &'d Value,
    /// Each path with its methods.
    paths: Vec<(&'d str, Vec<&'static str>)>,
}

impl<'d> Ordered<'d> {
    /// The document of these routes.
    pub(super) fn of(document: &'d Value, routes: &'d Routes) -> Self {
        let tag = |operation: &Operation| routes.tags.iter().position(|(name, _)| *name == operation.tag);
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut living: BTreeMap<String, usize> = BTreeMap::new();
        for (position, operation) in routes.operations.iter().enumerate() {
            first.entry(collection(operation.path)).or_insert(position);
            let below = part(operation.path).filter(|part| operation.step.is_some() && *part != operation.path);
            if let Some(part) = below {
                living.entry(part).or_insert(position);
            }
        }
        let place = |operation: &Operation| match part(operation.path).and_then(|part| living.get(&part)) {
            Some(position) => (Some(*position), rank(operation, within(operation.path))),
            None => (None, rank(operation, operation.path)),
        };
        let mut operations: Vec<&Operation> = routes.operations.iter().collect();
        operations.sort_by_key(|it| (tag(it), first.get(collection(it.path)), place(it)));
        let mut paths: Vec<(&str, Vec<&'static str>)> = Vec::new();
        for operation in operations {
            let method = operation.method.as_str();
            match paths.iter_mut().find(|(path, _)| *path == operation.path) {
                Some((_, methods)) => methods.push(method),
                None => paths.push((operation.path, vec![method])),
            }
        }
        Self { document, paths }
    }
}

/// The path up to the first thing that is named in it: `/v1/plans` of `/v1/plans/{id}/submit`.
fn collection(path: &str) -> &str {
    path.split("/{").next().unwrap_or(path)
}

/// The part of one thing that a path is of: `/v1/plans/{id}/comments` of `/v1/plans/{id}/comments/{comment_id}/resolve`.
fn part(path: &str) -> Option<String> {
    let (collection, rest) = path.split_once("/{")?;
    let mut segments = rest.split('/');
    let (id, part) = (segments.next()?, segments.next()?);
    Some(format!("{collection}/{{{id}/{part}"))
}

/// A path within one thing: `/comments` of `/v1/plans/{id}/comments`.
fn within(path: &str) -> &str {
    path.split_once('}').map_or(path, |(_, rest)| rest)
}

/// The place of an operation among those of its collection, in which it has this path.
fn rank(operation: &Operation, path: &str) -> (u8, usize) {
    let own = path.split("/{").nth(1).is_none_or(|rest| rest.ends_with('}') && !rest.contains('/'));
    match (operation.method, &operation.step) {
        (_, Some(step)) => (5, step.place),
        (Method::Get, None) if own => (if path.ends_with('}') { 2 } else { 0 }, 0),
        (Method::Post, None) if own => (1, 0),
        (Method::Patch, None) if own => (3, 0),
        (Method::Delete, None) if own => (6, 0),
        // Readiness, a budget, a document: what is read of one thing, before its steps.
        (Method::Get, None) if path.matches('{').count() == 1 && !operation.paged() => (4, 0),
        _ => (7, 0),
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut members = to.serialize_map(None)?;
        for name in MEMBERS {
            match &self.document[name] {
                Value::Null => {}
                _ if name == "paths" => members.serialize_entry(name, &Paths(self))?,
                member => members.serialize_entry(name, member)?,
            }
        }
        members.end()
    }
}

struct Paths<'o>(&'o Ordered<'o>);

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let known = &self.0.document["paths"];
        to.collect_map(self.0.paths.iter().map(|(path, methods)| (path, Path(&known[*path], methods))))
    }
}

struct Path<'o>(&'o Value, &'o [&'static str]);

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let methods = self.1.iter().map(|method| method.to_ascii_lowercase());
        to.collect_map(methods.map(|method| {
            let operation = &self.0[&method];
            (method, operation)
        }))
    }
}
