//! The schema of a line of a claim: the union by kind, each with the fields that it needs and takes.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{ArrayBuilder, Discriminator, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::claims::line::{LineKind, NewLine};
use crate::clock::Day;
use crate::db::ids::{ClaimLineId, ReceiptId, SessionId};
use crate::money::{Miles, Pence};
use crate::policies::calculator::{PaidBy, Vehicle};
use crate::text::{RequiredText, ShortText};

/// Optional fields of all kinds.
const COMMON: [&str; 6] = ["id", "date", "paid_by", "receipt_ids", "evidence_exception", "prior_agreement"];

/// What a field says, and for free text an example.
fn about(name: &str) -> (&'static str, Option<&'static str>) {
    match name {
        "id" => ("The line to keep; leave it out for a new line.", None),
        "session_id" => ("The session that the line is for.", None),
        "date" => ("Day that the line is for, London date; by default that of the session.", None),
        "paid_by" => ("Who paid; the volunteer by default.", None),
        "receipt_ids" => ("Receipts for this line.", None),
        "evidence_exception" => ("Why there is no receipt.", Some("The machine printed no ticket.")),
        "prior_agreement" => {
            ("Who agreed to the expense beforehand, and when.", Some("Amara Okafor, by e-mail on 1 April 2026."))
        }
        "vehicle" => ("Vehicle used.", None),
        "miles" => ("Distance in miles, with at most one decimal.", None),
        "from" => ("Where the journey started.", Some("Ely")),
        "to" => ("Where the journey ended.", Some("Fulbourn Hospital")),
        "passengers" => ("Number of passengers; in a car only.", None),
        "minutes_away" => ("Time away from home, in minutes.", None),
        "minutes" => ("Length of the care, in minutes.", None),
        "work" => {
            ("The work that the line is for, at a flat tariff only. A line for time has this or a session.", None)
        }
        "quantity" => ("Number of pieces of work; at a flat tariff only. 1 by default.", None),
        "elected_pence" => ("Most that the volunteer wants to be paid, in pence; the full amount by default.", None),
        _ => ("Amount spent, in pence.", None),
    }
}

/// The schema of one field, with its own description and, for free text, its own example.
fn field(name: &str) -> RefOr<Schema> {
    let (about, example) = about(name);
    let mut schema = bare(name);
    match &mut schema {
        RefOr::T(Schema::Object(object)) => {
            object.description = Some(about.to_owned());
            object.examples = example.map_or_else(|| object.examples.clone(), |example| vec![example.into()]);
        }
        RefOr::T(Schema::Array(array)) => array.description = Some(about.to_owned()),
        _ => {}
    }
    schema
}

/// The schema of one field, as its type has it.
fn bare(name: &str) -> RefOr<Schema> {
    let whole = |most: i64| -> RefOr<Schema> {
        let least = i64::from(name == "quantity");
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most)).into()
    };
    match name {
        "id" => ClaimLineId::schema(),
        "session_id" => SessionId::schema(),
        "date" => Day::schema(),
        "paid_by" => PaidBy::schema(),
        "receipt_ids" => ArrayBuilder::new().items(ReceiptId::schema()).max_items(Some(20)).into(),
        "evidence_exception" | "prior_agreement" => RequiredText::schema(),
        "vehicle" => Vehicle::schema(),
        "miles" => Miles::schema(),
        "from" | "to" => ShortText::schema(),
        "work" => work(true).into(),
        "passengers" => whole(20),
        "minutes_away" | "minutes" => whole(14_400),
        "quantity" => whole(999),
        _ => Pence::schema(),
    }
}

/// The schema of work without a session; a quote does not need its description.
fn work(described: bool) -> ObjectBuilder {
    let with = |schema: RefOr<Schema>, about: &str, example: Option<&str>| match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(about.to_owned());
            object.examples = example.map_or_else(|| object.examples.clone(), |example| vec![example.into()]);
            RefOr::T(Schema::Object(object))
        }
        other => other,
    };
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("on", with(Day::schema(), "Day on which it was done, London date.", None))
        .required("on")
        .property(
            "description",
            with(
                RequiredText::schema(),
                "What was done.",
                Some("Read the leaflet on sleep and marked what is not clear."),
            ),
        );
    if described { object.required("description") } else { object }
}

/// A planned line's own schema of work.
pub(super) fn planned_work() -> ObjectBuilder {
    work(false).description(Some(about("work").0))
}

/// The fields of a kind without those in `without`, of which those in `optional` may be left out; callers add whether the
/// session is needed.
pub(super) fn inputs(kind: LineKind, without: &[&str], optional: &[&str]) -> ObjectBuilder {
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([kind.as_str()]))
        .description(Some("What the line claims."));
    let mut object = ObjectBuilder::new().schema_type(Type::Object).property("kind", word).required("kind");
    object = object.property("session_id", field("session_id"));
    for name in COMMON.iter().chain(kind.takes()).filter(|name| !without.contains(name)) {
        object = object.property(*name, field(name));
    }
    for name in kind.needs() {
        object = object.property(*name, field(name));
        if !optional.contains(name) {
            object = object.required(*name);
        }
    }
    object
}

/// The union of all kinds, told apart by `kind`; `name` gives the name of each kind's schema.
pub(super) fn one_of(name: impl Fn(LineKind) -> String, about: &str) -> RefOr<Schema> {
    let target = |kind: &LineKind| (kind.as_str().to_owned(), format!("#/components/schemas/{}", name(*kind)));
    let mapping: Vec<(String, String)> = LineKind::ALL.iter().map(target).collect();
    let union =
        LineKind::ALL.iter().fold(OneOfBuilder::new(), |union, kind| union.item(Ref::from_schema_name(name(*kind))));
    union.discriminator(Some(Discriminator::with_mapping("kind", mapping))).description(Some(about)).into()
}

/// Time has a session, or says which work it was.
fn session_or_work() -> Extensions {
    [("x-required-unless", json!({ "session_id": "work" }))].into_iter().collect()
}

fn variant(kind: LineKind) -> RefOr<Schema> {
    let object = inputs(kind, &[], &[]);
    match kind {
        LineKind::Time => object.extensions(Some(session_or_work())).into(),
        _ if kind.sessionless() => object.into(),
        _ => object.required("session_id").into(),
    }
}

impl PartialSchema for NewLine {
    fn schema() -> RefOr<Schema> {
        one_of(|kind| kind.schema_name().to_owned(), "A line of a claim: its `kind`, and the fields of that kind.")
    }
}

impl ToSchema for NewLine {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("NewLine")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.extend(LineKind::ALL.iter().map(|kind| (kind.schema_name().to_owned(), variant(*kind))));
    }
}
