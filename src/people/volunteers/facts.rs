//! What other features may know about volunteers.
//! What clients see of them is in `views`.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::prelude::*;
use serde::Deserialize;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::money::{Miles, Pence};
use crate::people::volunteers::content::OtherMiles;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay, alerts};
use crate::people::volunteers::reach::reached;
use crate::people::volunteers::status::VolunteerStatus;
use crate::policies::calculator::TaxYear;
use crate::refusal::Result;
use crate::text::{ShortText, Subject};
use crate::work::Reader;

/// What other features need to know about a volunteer.
#[derive(Clone, Debug)]
pub struct VolunteerFacts {
    /// The volunteer.
    pub id: VolunteerId,
    /// Whether they are active, paused and so on.
    pub status: VolunteerStatus,
    /// Their staff log-in, if they also work for the trust.
    pub staff_subject: Option<Subject>,
    /// Legal name; empty once erased.
    pub legal_name: String,
    /// Preferred name, else legal name.
    pub called: String,
    /// Preferred contact method.
    pub preferred_contact: ContactWay,
    /// Their communication needs in words, shown as `communication_alerts` wherever the person is shown.
    pub communication_alerts: Vec<String>,
    /// Weekly total, in pence, above which they want to be warned.
    pub weekly_alert_pence: Option<Pence>,
    /// Miles declared for other organisations, by tax year.
    pub other_miles: BTreeMap<TaxYear, Miles>,
}

/// What a claim needs to know about its claimant.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ClaimantFacts {
    /// Weekly total, in pence, above which they want to be warned.
    pub weekly_alert_pence: Option<Pence>,
    other_miles: Vec<OtherMiles>,
}

impl ClaimantFacts {
    /// Miles declared for other organisations, by tax year.
    pub fn other_miles(&self) -> impl Iterator<Item = (TaxYear, Miles)> {
        self.other_miles.iter().map(|entry| (entry.tax_year, entry.miles))
    }
}

/// The volunteer `asked.volunteer_id` as claims know them, as an expression: [`ClaimantFacts`], null where there is none.
pub const CLAIMANT_OF_ASKED: &str = "\
(SELECT jsonb_build_object('weekly_alert_pence', p.weekly_alert_pence, 'other_miles', p.other_miles)
FROM volunteer_profiles p WHERE p.volunteer_id = asked.volunteer_id)";

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = volunteers, check_for_backend(diesel::pg::Pg))]
struct StatusColumns {
    id: VolunteerId,
    status: VolunteerStatus,
    staff_subject: Option<Subject>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = volunteer_profiles, check_for_backend(diesel::pg::Pg))]
struct ProfileColumns {
    legal_name: ShortText,
    preferred_name: Option<ShortText>,
    preferred_contact: ContactWay,
    communication_needs: Json<Vec<CommunicationNeed>>,
    weekly_alert_pence: Option<Pence>,
    other_miles: Json<Vec<OtherMiles>>,
}

impl From<(StatusColumns, ProfileColumns)> for VolunteerFacts {
    fn from((person, profile): (StatusColumns, ProfileColumns)) -> Self {
        let legal_name = String::from(profile.legal_name);
        Self {
            id: person.id,
            status: person.status,
            staff_subject: person.staff_subject,
            called: profile.preferred_name.map_or_else(|| legal_name.clone(), String::from),
            legal_name,
            preferred_contact: profile.preferred_contact,
            communication_alerts: alerts(&profile.communication_needs.0),
            weekly_alert_pence: profile.weekly_alert_pence,
            other_miles: profile.other_miles.0.into_iter().map(|entry| (entry.tax_year, entry.miles)).collect(),
        }
    }
}

macro_rules! known {
    ($id:expr) => {
        volunteers::table
            .inner_join(volunteer_profiles::table)
            .filter(volunteers::id.eq($id))
            .select((StatusColumns::as_select(), ProfileColumns::as_select()))
    };
}

/// Facts about a volunteer, whoever asks.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: VolunteerId) -> Result<Option<VolunteerFacts>> {
    Ok(known!(id).first::<(StatusColumns, ProfileColumns)>(conn).optional()?.map(VolunteerFacts::from))
}

/// Facts about these volunteers, whoever asks, in one statement.
///
/// # Errors
/// Database errors.
pub fn facts_of(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<Vec<VolunteerFacts>> {
    let rows: Vec<(StatusColumns, ProfileColumns)> = volunteers::table
        .inner_join(volunteer_profiles::table)
        .filter(volunteers::id.eq_any(ids))
        .select((StatusColumns::as_select(), ProfileColumns::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(VolunteerFacts::from).collect())
}

/// Facts about a volunteer whom the caller may see: leads see everyone, staff see people engaged with their services,
/// volunteers see themselves.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: VolunteerId) -> Result<Option<VolunteerFacts>> {
    let within = reached(reader.context());
    Ok(known!(id)
        .filter(within)
        .first::<(StatusColumns, ProfileColumns)>(reader.conn)
        .optional()?
        .map(VolunteerFacts::from))
}

/// The volunteers whom the caller may see and who have not left, in one statement.
///
/// # Errors
/// Database errors.
pub fn present(reader: &mut Reader<'_>) -> Result<Vec<VolunteerId>> {
    let within = reached(reader.context());
    let present = volunteers::table.filter(volunteers::status.eq_any(VolunteerStatus::PRESENT));
    let people = present.filter(within).select(volunteers::id);
    Ok(people.load(reader.conn)?)
}

/// Which of these volunteers the caller may see, in one statement.
///
/// # Errors
/// Database errors.
pub fn visible_among(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Result<BTreeSet<VolunteerId>> {
    let within = reached(reader.context());
    let seen: Vec<VolunteerId> =
        volunteers::table.filter(volunteers::id.eq_any(ids)).filter(within).select(volunteers::id).load(reader.conn)?;
    Ok(seen.into_iter().collect())
}
