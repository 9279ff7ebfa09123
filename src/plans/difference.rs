//! The differences between two texts of a plan: where, the value before and the value after. Pure.
//! `versions` chooses the texts to compare.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One difference between two texts of a plan; an absent value is null.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlanDifference {
    /// Place in the plan, as a JSON pointer.
    pub pointer: String,
    /// Value in the earlier text; null if there was none.
    #[schema(value_type = Value)]
    pub before: Value,
    /// Value in the later text; null if there is none.
    #[schema(value_type = Value)]
    pub after: Value,
}

/// The differences in the order of the document. Objects are compared field by field, lists of objects item by item;
/// any other value is compared as a whole.
///
/// # Errors
/// A text that can't be written as JSON.
pub(super) fn differences(before: &impl Serialize, after: &impl Serialize) -> serde_json::Result<Vec<PlanDifference>> {
    let mut found = Vec::new();
    compare(&Ordered::of(before)?, &Ordered::of(after)?, "", &mut found);
    Ok(found)
}

const ABSENT: Ordered = Ordered::Leaf(Value::Null);

fn compare(before: &Ordered, after: &Ordered, pointer: &str, found: &mut Vec<PlanDifference>) {
    match (before, after) {
        (Ordered::Object(old), Ordered::Object(new)) => {
            let gone = old.iter().filter(|(name, _)| !new.iter().any(|(known, _)| known == name));
            for (name, _) in new.iter().chain(gone) {
                let at = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                compare(member(old, name), member(new, name), &at, found);
            }
        }
        (Ordered::List(old), Ordered::List(new)) if old.iter().chain(new).any(Ordered::is_object) => {
            for place in 0..old.len().max(new.len()) {
                let at = format!("{pointer}/{place}");
                compare(old.get(place).unwrap_or(&ABSENT), new.get(place).unwrap_or(&ABSENT), &at, found);
            }
        }
        _ => {
            let (before, after) = (before.value(), after.value());
            if before != after {
                found.push(PlanDifference { pointer: pointer.to_owned(), before, after });
            }
        }
    }
}

fn member<'o>(members: &'o [(String, Ordered)], name: &str) -> &'o Ordered {
    members.iter().find(|(known, _)| known == name).map_or(&ABSENT, |(_, value)| value)
}

/// JSON that keeps the order of its fields.
#[derive(Clone, Debug)]
enum Ordered {
    Object(Vec<(String, Ordered)>),
    List(Vec<Ordered>),
    Leaf(Value),
}

impl Ordered {
    fn of(text: &impl Serialize) -> serde_json::Result<Self> {
        serde_json::from_str(&serde_json::to_string(text)?)
    }

    fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    fn value(&self) -> Value {
        match self {
            Self::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), value.value())).collect::<Map<_, _>>().into()
            }
            Self::List(items) => items.iter().map(Self::value).collect(),
            Self::Leaf(value) => value.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OrderedVisitor)
    }
}

struct OrderedVisitor;

impl<'de> Visitor<'de> for OrderedVisitor {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Ordered, E> {
        Ok(Ordered::Leaf(v.into()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Ordered, E> {
        Ok(Ordered::Leaf(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Ordered, E> {
        Ok(Ordered::Leaf(v.into()))
    }

    fn visit_str<E>(self, v: &str) -> Result<Ordered, E> {
        Ok(Ordered::Leaf(v.into()))
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Leaf(Value::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Ordered, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Ordered::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Ordered::Object(members))
    }
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
