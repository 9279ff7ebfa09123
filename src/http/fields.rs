//! The fields that clients write, as answers show them: the struct of the body is flattened into the answer.
//! `Fields` shows all of them; `PlainFields` leaves out the lists, for the items of a page.

use std::borrow::Cow;
use std::ops::Deref;

use serde::ser::Error;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// All fields of a body.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Fields<T>(pub T);

/// The fields of a body, without its lists.
#[derive(Clone, Debug)]
pub struct PlainFields<T>(pub T);

impl<T> Deref for Fields<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Deref for PlainFields<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for PlainFields<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = serde_json::to_value(&self.0).map_err(S::Error::custom)?;
        if let Some(fields) = fields.as_object_mut() {
            fields.retain(|_, value| !value.is_array());
        }
        fields.serialize(to)
    }
}

impl<T: PartialSchema> PartialSchema for Fields<T> {
    fn schema() -> RefOr<Schema> {
        shown(T::schema(), true)
    }
}

impl<T: PartialSchema> PartialSchema for PlainFields<T> {
    fn schema() -> RefOr<Schema> {
        shown(T::schema(), false)
    }
}

impl<T: ToSchema> ToSchema for Fields<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Fields", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

impl<T: ToSchema> ToSchema for PlainFields<T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}PlainFields", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

/// The schema of a body as that of an answer: what can't be null is always there, and limits are only for writing.
fn shown(schema: RefOr<Schema>, lists: bool) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = schema else { return schema };
    object.properties.retain(|_, property| lists || !matches!(property, RefOr::T(Schema::Array(_))));
    let always = object.properties.iter().filter(|(_, property)| never_null(property));
    object.required = always.map(|(name, _)| name.clone()).collect();
    for property in object.properties.values_mut() {
        match property {
            RefOr::T(Schema::Array(list)) => (list.min_items, list.max_items) = (None, None),
            RefOr::T(Schema::Object(value)) => (value.minimum, value.maximum) = (None, None),
            _ => {}
        }
    }
    RefOr::T(Schema::Object(object))
}

fn never_null(property: &RefOr<Schema>) -> bool {
    match property {
        RefOr::Ref(_) => true,
        RefOr::T(Schema::Array(list)) => matches!(list.schema_type, SchemaType::Type(_)),
        RefOr::T(Schema::Object(value)) => matches!(value.schema_type, SchemaType::Type(_)),
        RefOr::T(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use serde_json::json;

    #[derive(Serialize, ToSchema)]
    struct Tea {
        leaf: String,
        #[serde(default)]
        #[schema(minimum = 1, maximum = 9)]
        cups: i32,
        #[serde(default)]
        milk: Option<String>,
        #[serde(default)]
        #[schema(max_items = 3)]
        guests: Vec<String>,
    }

    fn tea() -> Tea {
        Tea { leaf: "Assam".to_owned(), cups: 2, milk: None, guests: vec!["Ada".to_owned()] }
    }

    #[test]
    fn items_leave_out_lists() {
        assert_eq!(json!(Fields(tea())), json!({ "leaf": "Assam", "cups": 2, "milk": null, "guests": ["Ada"] }));
        assert_eq!(json!(PlainFields(tea())), json!({ "leaf": "Assam", "cups": 2, "milk": null }));
        let plain = json!(PlainFields::<Tea>::schema());
        assert_eq!(plain["properties"].as_object().map(|all| all.len()), Some(3), "{plain}");
        assert!(plain["properties"].get("guests").is_none(), "{plain}");
    }

    #[test]
    fn what_can_not_be_null_is_always_in_an_answer() {
        let body = json!(Tea::schema());
        assert_eq!(body["required"], json!(["leaf"]), "a body may leave out what has a default");
        let answer = json!(Fields::<Tea>::schema());
        let required: BTreeSet<&str> =
            answer["required"].as_array().unwrap().iter().filter_map(|it| it.as_str()).collect();
        assert_eq!(required, BTreeSet::from(["leaf", "cups", "guests"]));
        assert_eq!(answer["properties"]["cups"].get("minimum"), None, "{answer}");
        assert_eq!(answer["properties"]["guests"].get("maxItems"), None, "{answer}");
    }
}
