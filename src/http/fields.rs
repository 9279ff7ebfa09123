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

/// Both are read like the body, and described by its schema, made into that of an answer.
macro_rules! like_the_body {
    ($($fields:ident, $lists:literal;)+) => {$(
        impl<T> Deref for $fields<T> {
            type Target = T;
            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T: PartialSchema> PartialSchema for $fields<T> {
            fn schema() -> RefOr<Schema> {
                shown(T::schema(), $lists)
            }
        }

        impl<T: ToSchema> ToSchema for $fields<T> {
            fn name() -> Cow<'static, str> {
                Cow::Owned(format!("{}{}", T::name(), stringify!($fields)))
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                T::schemas(schemas);
            }
        }
    )+};
}

like_the_body! {
    Fields, true;
    PlainFields, false;
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

/// The schema of a body as that of an answer: what can't be null is always there. Limits of numbers and of lists' lengths
/// are only for writing, because rows may be older than they are; the form of texts is said of answers, too.
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
    use std::collections::HashSet;

    use super::*;
    use serde_json::{Value, json};

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

    #[test]
    fn answers_show_every_field_and_items_all_but_lists() {
        let tea = || Tea { leaf: "Assam".to_owned(), cups: 2, milk: None, guests: vec!["Ada".to_owned()] };
        assert_eq!(json!(Fields(tea())), json!({ "leaf": "Assam", "cups": 2, "milk": null, "guests": ["Ada"] }));
        assert_eq!(json!(PlainFields(tea())), json!({ "leaf": "Assam", "cups": 2, "milk": null }));
    }

    #[test]
    fn what_can_not_be_null_is_always_in_an_answer() {
        assert_eq!(json!(Tea::schema())["required"], json!(["leaf"]), "a body may leave out what has a default");
        let (answer, plain) = (json!(Fields::<Tea>::schema()), json!(PlainFields::<Tea>::schema()));
        let always = |schema: &Value| HashSet::from_iter(schema["required"].as_array().unwrap().iter().cloned());
        assert_eq!(always(&answer), HashSet::from(["leaf", "cups", "guests"].map(Value::from)));
        assert_eq!(always(&plain), HashSet::from(["leaf", "cups"].map(Value::from)));
        assert_eq!(plain["properties"].as_object().map(|all| all.len()), Some(3), "{plain}");
        assert_eq!(answer["properties"]["cups"].get("minimum"), None, "{answer}");
        assert_eq!(answer["properties"]["guests"].get("maxItems"), None, "{answer}");
    }
}
