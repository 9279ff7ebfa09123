//! What other features may know about volunteers.
//! What clients see of them is in `views`.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::money::{Miles, Pence};
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay, alerts};
use crate::people::volunteers::reach::reached;
use crate::people::volunteers::status::VolunteerStatus;
use crate::people::volunteers::views::OtherMiles;
use crate::policies::calculator::TaxYear;
use crate::refusal::Done;
use crate::text::{Line, Subject};
use crate::work::Reader;

/// What other features need to know about a volunteer.
#[derive(Clone, Debug)]
pub struct Facts {
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

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = volunteers, check_for_backend(diesel::pg::Pg))]
struct Standing {
    id: VolunteerId,
    status: VolunteerStatus,
    staff_subject: Option<Subject>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = volunteer_profiles, check_for_backend(diesel::pg::Pg))]
struct Known {
    legal_name: Line,
    preferred_name: Option<Line>,
    preferred_contact: ContactWay,
    communication_needs: Json<Vec<CommunicationNeed>>,
    weekly_alert_pence: Option<Pence>,
    other_miles: Json<Vec<OtherMiles>>,
}

impl From<(Standing, Known)> for Facts {
    fn from((standing, known): (Standing, Known)) -> Self {
        let legal_name = String::from(known.legal_name);
        Self {
            id: standing.id,
            status: standing.status,
            staff_subject: standing.staff_subject,
            called: known.preferred_name.map_or_else(|| legal_name.clone(), String::from),
            legal_name,
            preferred_contact: known.preferred_contact,
            communication_alerts: alerts(&known.communication_needs.0),
            weekly_alert_pence: known.weekly_alert_pence,
            other_miles: known.other_miles.0.into_iter().map(|entry| (entry.tax_year, entry.miles)).collect(),
        }
    }
}

macro_rules! known {
    ($id:expr) => {
        volunteers::table
            .inner_join(volunteer_profiles::table)
            .filter(volunteers::id.eq($id))
            .select((Standing::as_select(), Known::as_select()))
    };
}

/// Facts about a volunteer, whoever asks.
///
/// # Errors
/// Database errors.
pub fn facts(conn: &mut PgConnection, id: VolunteerId) -> Done<Option<Facts>> {
    Ok(known!(id).first::<(Standing, Known)>(conn).optional()?.map(Facts::from))
}

/// Facts about these volunteers, whoever asks, in one statement.
///
/// # Errors
/// Database errors.
pub fn facts_of(conn: &mut PgConnection, ids: &[VolunteerId]) -> Done<Vec<Facts>> {
    let rows: Vec<(Standing, Known)> = volunteers::table
        .inner_join(volunteer_profiles::table)
        .filter(volunteers::id.eq_any(ids))
        .select((Standing::as_select(), Known::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(Facts::from).collect())
}

/// Facts about a volunteer whom the caller may see: leads see everyone, staff see people engaged with their services,
/// volunteers see themselves.
///
/// # Errors
/// Database errors.
pub fn visible(reader: &mut Reader<'_>, id: VolunteerId) -> Done<Option<Facts>> {
    let within = reached(reader.context());
    Ok(known!(id).filter(within).first::<(Standing, Known)>(reader.conn).optional()?.map(Facts::from))
}

/// The volunteers whom the caller may see and who have not left, in one statement.
///
/// # Errors
/// Database errors.
pub fn present(reader: &mut Reader<'_>) -> Done<Vec<VolunteerId>> {
    let within = reached(reader.context());
    let present = volunteers::table.filter(volunteers::status.eq_any(VolunteerStatus::PRESENT));
    let people = present.filter(within).select(volunteers::id);
    Ok(people.load(reader.conn)?)
}

/// Which of these volunteers the caller may see, in one statement.
///
/// # Errors
/// Database errors.
pub fn visible_among(reader: &mut Reader<'_>, ids: &[VolunteerId]) -> Done<BTreeSet<VolunteerId>> {
    let within = reached(reader.context());
    let seen: Vec<VolunteerId> =
        volunteers::table.filter(volunteers::id.eq_any(ids)).filter(within).select(volunteers::id).load(reader.conn)?;
    Ok(seen.into_iter().collect())
}
