//! One line of a claim as people write it: its kind, and the inputs of that kind.
//! The schema is in `line_schema`; what a line comes to stands in `calculate`.

use serde::{Deserialize, Serialize};

use crate::clock::Day;
use crate::db::ids::{ClaimLineId, ReceiptId, SessionId};
use crate::money::{Miles, Pence};
use crate::policies::calculator::{PaidBy, Vehicle};
use crate::policies::terms::ExpenseKind;
use crate::text::{RequiredText, ShortText};

crate::text_enum! {
    /// What a line claims.
    pub enum LineKind {
        /// Time in a session, or pieces of work without one.
        Time = "time",
        /// Mileage in the volunteer's own vehicle.
        Mileage = "mileage",
        /// Food and drink while away from home.
        Subsistence = "subsistence",
        /// Care for a dependant or for the volunteer.
        Care = "care",
        /// Bus, train or tram.
        PublicTransport = "public_transport",
        /// Taxi.
        Taxi = "taxi",
        /// Parking.
        Parking = "parking",
        /// Support that the volunteer needs to take part.
        AccessSupport = "access_support",
        /// Paper, ink, telephone calls and similar.
        Consumables = "consumables",
        /// Anything else that was agreed.
        Other = "other",
    }
}

impl LineKind {
    /// What people call it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Time => "Time",
            Self::Mileage => "Miles in your own vehicle",
            Self::Subsistence => "Food and drink",
            Self::Care => "Care",
            Self::PublicTransport => "Public transport",
            Self::Taxi => "Taxi",
            Self::Parking => "Parking",
            Self::AccessSupport => "Support to take part",
            Self::Consumables => "Paper, ink and similar",
            Self::Other => "Other",
        }
    }

    /// The kind of expense whose rule applies; none for time and mileage.
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

    /// Whether a line of this kind may have no session. Time has one, or says which work it was.
    #[must_use]
    pub const fn sessionless(self) -> bool {
        matches!(self, Self::AccessSupport | Self::Consumables | Self::Other)
    }

    /// Fields that it needs, besides the session.
    pub(super) const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::Time => &[],
            Self::Mileage => &["vehicle", "miles", "from", "to"],
            Self::Subsistence => &["spent_pence", "minutes_away"],
            Self::Care => &["spent_pence", "minutes"],
            _ => &["spent_pence"],
        }
    }

    /// Optional fields, besides those of all kinds.
    pub(super) const fn takes(self) -> &'static [&'static str] {
        match self {
            Self::Time => &["work", "quantity", "elected_pence"],
            Self::Mileage => &["passengers"],
            _ => &[],
        }
    }

    /// Name of its schema.
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

/// A rule that a line breaks: the field, the code, and what is wrong.
pub type LineFault = (&'static str, &'static str, &'static str);

/// Work that was done without a session, such as reading a leaflet at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkDone {
    /// Day on which it was done.
    pub on: Day,
    /// What it was; a quote needs no description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RequiredText>,
}

/// A line of a claim in a request. The schema has checked that the fields of its kind are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// The line to keep; none for a new line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClaimLineId>,
    /// What the line claims.
    pub kind: LineKind,
    /// The session that the line is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The work that the line is for, where there is no session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkDone>,
    /// Day that the line is for; by default that of the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// Who paid; the volunteer by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_by: Option<PaidBy>,
    /// Receipts for this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_ids: Option<Vec<ReceiptId>>,
    /// Why there is no receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_exception: Option<RequiredText>,
    /// Who agreed to the expense beforehand, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_agreement: Option<RequiredText>,
    /// Vehicle used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<Vehicle>,
    /// Distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miles: Option<Miles>,
    /// Number of passengers; in a car only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passengers: Option<i64>,
    /// Where the journey started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ShortText>,
    /// Where the journey ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ShortText>,
    /// Amount spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent_pence: Option<Pence>,
    /// Time away from home, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_away: Option<i64>,
    /// Length of the care, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// Number of pieces of work, at a flat tariff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Most that the volunteer wants to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elected_pence: Option<Pence>,
}

impl NewLine {
    /// Who paid.
    #[must_use]
    pub fn payer(&self) -> PaidBy {
        self.paid_by.unwrap_or_default()
    }

    /// The day that the line itself says: its date, or that of its work.
    #[must_use]
    pub fn own_day(&self) -> Option<Day> {
        self.date.or(self.work.as_ref().map(|work| work.on))
    }

    /// The rules between fields that the line breaks.
    #[must_use]
    pub fn faults(&self) -> Vec<LineFault> {
        let by_other_means = self.kind == LineKind::Mileage && self.vehicle != Some(Vehicle::Car);
        let worked_on = self.work.as_ref().map(|work| work.on);
        let rules = [
            (
                self.session_id.is_none() && self.own_day().is_none(),
                ("date", "required", "must be given where there is no session"),
            ),
            (
                worked_on.is_some() && self.session_id.is_some(),
                ("work", "not-allowed", "is for time without a session; leave out one of the two"),
            ),
            (
                worked_on.is_some_and(|on| self.date.is_some_and(|date| date != on)),
                ("date", "not-allowed", "is the day of the work; leave it out"),
            ),
            (
                by_other_means && self.passengers.unwrap_or_default() > 0,
                ("passengers", "not-allowed", "can be given for a car only"),
            ),
        ];
        rules.into_iter().filter(|(broken, _)| *broken).map(|(_, fault)| fault).collect()
    }

    /// Whether the line uses car miles.
    #[must_use]
    pub fn is_by_car(&self) -> bool {
        self.kind == LineKind::Mileage && self.vehicle == Some(Vehicle::Car)
    }
}
