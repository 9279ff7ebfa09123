//! What other features may know about volunteers.
//! What clients see of them is in `views`.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::prelude::*;
use serde::Deserialize;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::money::{Miles, Pence};
use crate::people::volunteers::beside::{ActsWith, Guardian};
use crate::people::volunteers::content::OtherMiles;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay, alerts};
use crate::people::volunteers::reach::{reached, reached_whole};
use crate::people::volunteers::status::VolunteerStatus;
use crate::policies::calculator::TaxYear;
use crate::refusal::Result;
use crate::text::{Email, LongText, Phone, ShortText, Subject};
use crate::vocabulary::contact::FeedbackMethod;
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
    /// Where they can be reached.
    pub reached_at: ReachedAt,
    /// Who is told instead of them; none where they are told themselves.
    pub told_instead: Option<ActsWith>,
    /// Whether a guardian must still consent before they can be offered a place.
    pub lacks_consent: bool,
    /// Their communication needs in words, shown as `communication_alerts` wherever the person is shown.
    pub communication_alerts: Vec<String>,
    /// Weekly total, in pence, above which they want to be warned.
    pub weekly_alert_pence: Option<Pence>,
    /// Miles declared for other organisations, by tax year.
    pub other_miles: BTreeMap<TaxYear, Miles>,
}

/// Where somebody can be reached, by each contact method.
#[derive(Clone, Debug, Default)]
pub struct ReachedAt {
    email: Option<Email>,
    phone: Option<Phone>,
    address: Option<LongText>,
}

impl ReachedAt {
    /// What this contact method needs; none where it needs nothing, or nothing is recorded.
    #[must_use]
    pub fn by(&self, way: FeedbackMethod) -> Option<String> {
        match way {
            FeedbackMethod::Email => self.email.as_ref().map(|email| email.as_str().to_owned()),
            FeedbackMethod::Phone | FeedbackMethod::Sms => self.phone.clone().map(String::from),
            FeedbackMethod::Letter => self.address.clone().map(String::from),
            FeedbackMethod::InPerson | FeedbackMethod::Poster | FeedbackMethod::WebPage | FeedbackMethod::Meeting => {
                None
            }
        }
    }
}

/// What a claim needs to know about its claimant.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ClaimantFacts {
    /// Weekly total, in pence, above which they want to be warned.
    pub weekly_alert_pence: Option<Pence>,
    /// Whether they have died: then nobody can declare a claim for them, and an involvement lead types what was attended.
    #[serde(default)]
    pub deceased: bool,
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
(SELECT jsonb_build_object('weekly_alert_pence', p.weekly_alert_pence, 'other_miles', p.other_miles,
    'deceased', (SELECT COALESCE(v.leave_reason = 'deceased', false) FROM volunteers v WHERE v.id = p.volunteer_id))
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
    email: Option<Email>,
    phone: Option<Phone>,
    address: Option<LongText>,
    preferred_contact: ContactWay,
    acts_with: Option<Json<ActsWith>>,
    under_18: bool,
    guardian: Option<Json<Guardian>>,
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
            told_instead: profile.acts_with.map(|Json(beside)| beside).filter(|beside| beside.told_instead),
            lacks_consent: profile.under_18 && profile.guardian.is_none_or(|guardian| guardian.consent_on.is_none()),
            reached_at: ReachedAt { email: profile.email, phone: profile.phone, address: profile.address },
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

/// Facts about a volunteer whom the caller may see, be it only by name: leads see everyone, staff see people who have to do
/// with their services, volunteers see themselves.
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

/// Whether the caller may see a volunteer whole, and not only by name and how to reach them.
///
/// # Errors
/// Database errors.
pub fn is_seen_whole(reader: &mut Reader<'_>, id: VolunteerId) -> Result<bool> {
    let within = reached_whole(reader.context());
    let seen = volunteers::table.filter(volunteers::id.eq(id)).filter(within).select(volunteers::id);
    Ok(seen.first::<VolunteerId>(reader.conn).optional()?.is_some())
}

/// The volunteers whom the caller may see whole and who have not left, in one statement.
///
/// # Errors
/// Database errors.
pub fn present(reader: &mut Reader<'_>) -> Result<Vec<VolunteerId>> {
    let within = reached_whole(reader.context());
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
