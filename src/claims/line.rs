//! One line of a claim as people write it: its kind, and the inputs of that kind.
//! The schema is the union by kind; what a line comes to stands in `calculate`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, Discriminator, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::clock::Day;
use crate::db::ids::{ClaimLineId, ReceiptId, SessionId};
use crate::money::{Miles, Pence};
use crate::policies::calculator::{PaidBy, Vehicle};
use crate::policies::terms::ExpenseKind;
use crate::text::{Line, Said};

crate::text_enum! {
    /// What a line claims.
    pub enum LineKind {
        /// Time in a session.
        Time = "time",
        /// Miles in one's own vehicle.
        Mileage = "mileage",
        /// Food and drink while away.
        Subsistence = "subsistence",
        /// Care for a dependant or for oneself.
        Care = "care",
        /// Bus, train, tram.
        PublicTransport = "public_transport",
        /// Taxi.
        Taxi = "taxi",
        /// Parking.
        Parking = "parking",
        /// What makes it possible to take part.
        AccessSupport = "access_support",
        /// Paper, ink, calls.
        Consumables = "consumables",
        /// Anything else agreed.
        Other = "other",
    }
}

impl LineKind {
    /// The rule of expenses that it falls under; none for time and miles.
    #[must_use]
    pub const fn expense(self) -> Option<ExpenseKind> {
        match self {
            Self::Time | Self::Mileage => None,
            Self::Subsistence => Some(ExpenseKind::Subsistence),
            Self::Care => Some(ExpenseKind::Care),
            Self::PublicTransport => Some(ExpenseKind::PublicTransport),
            Self::Taxi => Some(ExpenseKind::Taxi),
            Self::Parking => Some(ExpenseKind::Parking),
            Self::AccessSupport => Some(ExpenseKind::AccessSupport),
            Self::Consumables => Some(ExpenseKind::Consumables),
            Self::Other => Some(ExpenseKind::Other),
        }
    }

    /// Whether it may be for no session at all.
    #[must_use]
    pub const fn sessionless(self) -> bool {
        matches!(self, Self::AccessSupport | Self::Consumables | Self::Other)
    }

    /// What it needs beside the session.
    const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Time => &[],
            Self::Mileage => &["vehicle", "miles", "from", "to"],
            Self::Subsistence => &["spent_pence", "minutes_away"],
            Self::Care => &["spent_pence", "minutes"],
            _ => &["spent_pence"],
        }
    }

    /// What it takes but does not need, beside what all kinds take.
    const fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Time => &["quantity", "elected_pence"],
            Self::Mileage => &["passengers"],
            _ => &[],
        }
    }

    /// The name of its schema.
    pub(super) const fn schema_name(self) -> &'static str {
        match self {
            Self::Time => "TimeLine",
            Self::Mileage => "MileageLine",
            Self::Subsistence => "SubsistenceLine",
            Self::Care => "CareLine",
            Self::PublicTransport => "PublicTransportLine",
            Self::Taxi => "TaxiLine",
            Self::Parking => "ParkingLine",
            Self::AccessSupport => "AccessSupportLine",
            Self::Consumables => "ConsumablesLine",
            Self::Other => "OtherLine",
        }
    }
}

/// A line as it is written. What its kind needs is there: the schema saw to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// The id of a line to keep; a line without one is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClaimLineId>,
    /// What it claims.
    pub kind: LineKind,
    /// The session that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The day it is for; the session's unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Who paid; the person unless said otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_by: Option<PaidBy>,
    /// Its receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_ids: Option<Vec<ReceiptId>>,
    /// Why there is no receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_exception: Option<Said>,
    /// Who agreed to it before, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_agreement: Option<Said>,
    /// In what one travelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<Vehicle>,
    /// How far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miles: Option<Miles>,
    /// With how many others, by car.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passengers: Option<i64>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Line>,
    /// To where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Line>,
    /// What it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_pence: Option<Pence>,
    /// How long one was away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_away: Option<i64>,
    /// How long the care was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// How many pieces of work, where the tariff is flat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// What the person wants to be paid at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elected_pence: Option<Pence>,
}

impl NewLine {
    /// Who paid.
    #[must_use]
    pub fn payer(&self) -> PaidBy {
        self.paid_by.unwrap_or_default()
    }

    /// What breaks a rule between its fields: the field, the code, and what is wrong.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        let by_other_means = self.kind == LineKind::Mileage && self.vehicle != Some(Vehicle::Car);
        let rules = [
            (
                self.session_id.is_none() && self.date.is_none(),
                ("date", "required", "must be given where there is no session"),
            ),
            (
                by_other_means && self.passengers.unwrap_or_default() > 0,
                ("passengers", "not-allowed", "passengers are paid for by car alone"),
            ),
        ];
        rules.into_iter().filter(|(broken, _)| *broken).map(|(_, fault)| fault).collect()
    }

    /// Whether it uses up car miles.
    #[must_use]
    pub fn is_by_car(&self) -> bool {
        self.kind == LineKind::Mileage && self.vehicle == Some(Vehicle::Car)
    }
}

/// What all kinds take.
const COMMON: [&str; 6] = ["id", "date", "paid_by", "receipt_ids", "evidence_exception", "prior_agreement"];

/// The schema of one field.
fn field(name: &str) -> RefOr<Schema> {
    let whole = |most: i64, what: &str| -> RefOr<Schema> {
        let least = i64::from(name == "quantity");
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least)).maximum(Some(most));
        number.description(Some(what)).into()
    };
    match name {
        "id" => ClaimLineId::schema(),
        "session_id" => SessionId::schema(),
        "date" => Day::schema(),
        "paid_by" => PaidBy::schema(),
        "receipt_ids" => ArrayBuilder::new().items(ReceiptId::schema()).max_items(Some(20)).into(),
        "evidence_exception" | "prior_agreement" => Said::schema(),
        "vehicle" => Vehicle::schema(),
        "miles" => Miles::schema(),
        "from" | "to" => Line::schema(),
        "passengers" => whole(20, "How many others, by car alone."),
        "minutes_away" => whole(14_400, "Minutes away from home."),
        "minutes" => whole(14_400, "Minutes of care."),
        "quantity" => whole(999, "Pieces of work; counts for a flat tariff alone."),
        _ => Pence::schema(),
    }
}

/// The inputs of a kind, some left out; whether it needs its session is not said yet.
pub(super) fn inputs(kind: LineKind, without: &[&str]) -> ObjectBuilder {
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.as_str()]));
    let mut object = ObjectBuilder::new().schema_type(Type::Object).property("kind", word).required("kind");
    object = object.property("session_id", field("session_id"));
    for name in COMMON.iter().chain(kind.takes()).filter(|name| !without.contains(name)) {
        object = object.property(*name, field(name));
    }
    for name in kind.needs() {
        object = object.property(*name, field(name)).required(*name);
    }
    object
}

/// One of the kinds, told apart by `kind`: each has a schema by this name.
pub(super) fn one_of(name: impl Fn(LineKind) -> String, about: &str) -> RefOr<Schema> {
    let mapping =
        LineKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), format!("#/components/schemas/{}", name(*kind))));
    let mapping: Vec<(String, String)> = mapping.collect();
    let union =
        LineKind::ALL.iter().fold(OneOfBuilder::new(), |union, kind| union.item(Ref::from_schema_name(name(*kind))));
    union.discriminator(Some(Discriminator::with_mapping("kind", mapping))).description(Some(about)).into()
}

fn variant(kind: LineKind) -> RefOr<Schema> {
    let object = inputs(kind, &[]);
    if kind.sessionless() { object.into() } else { object.required("session_id").into() }
}

impl PartialSchema for NewLine {
    fn schema() -> RefOr<Schema> {
        one_of(|kind| kind.schema_name().to_owned(), "A line: its `kind`, and the inputs of that kind alone.")
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
