//! The operations of the document as it is served, in the order of a page to try it: by tag, then as they stand.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// An operation of the document.
#[derive(Debug)]
pub struct Drawn {
    pub id: String,
    pub method: String,
    pub path: String,
    pub operation: Value,
}

impl Drawn {
    /// Whether it is for everyone, without a token.
    pub fn is_open(&self) -> bool {
        self.operation["security"] == Value::Array(Vec::new())
    }

    /// The first media type that it takes, with what is said of it.
    fn takes(&self) -> Option<(&String, &Value)> {
        self.operation["requestBody"]["content"].as_object()?.iter().next()
    }

    /// The first media type of the answer.
    pub fn answers(&self) -> Option<&str> {
        let answers = self.operation["responses"].as_object()?.iter().find(|(status, _)| status.starts_with('2'))?.1;
        answers["content"].as_object()?.keys().next().map(String::as_str)
    }

    /// What a page fills in before anything is typed.
    pub fn filled(&self) -> Filled {
        let parameters = self.operation["parameters"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let parameters = parameters.map(|it| Parameter {
            place: text(&it["in"]),
            name: text(&it["name"]),
            needed: it["required"] == true,
            value: it.get("example").or(it["schema"].get("default")).map(text),
            schema: it["schema"].clone(),
        });
        let body = self.takes().map(|(media, said)| {
            let first = said["examples"].as_object().and_then(|known| known.values().next());
            (media.clone(), first.map_or_else(|| serde_json::json!({}), |it| it["value"].clone()))
        });
        Filled { parameters: parameters.collect(), body }
    }
}

/// A parameter, with the value that is filled in.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub place: String,
    pub name: String,
    pub needed: bool,
    pub value: Option<String>,
    pub schema: Value,
}

/// What is filled in of an operation.
#[derive(Clone, Debug)]
pub struct Filled {
    pub parameters: Vec<Parameter>,
    /// The media type and the body.
    pub body: Option<(String, Value)>,
}

/// Members in the order in which they stand.
struct Members<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Each<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = members.next_entry()? {
                    all.push(member);
                }
                Ok(Members(all))
            }
        }
        from.deserialize_map(Each(PhantomData))
    }
}

/// Every operation of a document, in the order of a page.
pub fn operations(document: &str) -> Vec<Drawn> {
    #[derive(Deserialize)]
    struct Document {
        tags: Vec<BTreeMap<String, Value>>,
        paths: Members<Members<Value>>,
    }
    let Document { tags, paths: Members(paths) } = serde_json::from_str(document).expect("a document");
    let mut all: Vec<Drawn> = Vec::new();
    for (path, Members(methods)) in paths {
        all.extend(methods.into_iter().map(|(method, operation)| Drawn {
            id: operation["operationId"].as_str().expect("an id").to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            operation,
        }));
    }
    all.sort_by_key(|it| tags.iter().position(|tag| tag["name"] == it.operation["tags"][0]));
    all
}
