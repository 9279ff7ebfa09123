//! What those need to know of people who run a session: what they are called, how to reach them, what they need.
//! Who is expected is in `sessions`.

use crate::db::prelude::*;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::volunteer_profiles;
use crate::people::volunteers::beside::{ActsWith, EmergencyContact, Guardian};
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay, alerts};
use crate::refusal::Result;
use crate::text::{Email, Label, LongText, Phone, ShortText};

/// A person as those need to know them who run a session.
#[derive(Clone, Debug)]
pub struct OnTheDay {
    /// The volunteer.
    pub id: VolunteerId,
    /// Preferred name, else legal name.
    pub called: String,
    /// Legal name, as on an identity card.
    pub legal_name: String,
    /// Pronouns, where they said so.
    pub pronouns: Option<String>,
    /// Communication needs, in words.
    pub communication_alerts: Vec<String>,
    /// How to reach them in the way that they prefer, or in another that is known; none where nothing is recorded.
    pub contact: Option<(ContactWay, String)>,
    /// Whom to ring in an emergency.
    pub emergency_contact: Option<EmergencyContact>,
    /// Who acts with them.
    pub acts_with: Option<ActsWith>,
    /// The guardian of somebody under 18.
    pub guardian: Option<Guardian>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = volunteer_profiles, check_for_backend(diesel::pg::Pg))]
struct Columns {
    volunteer_id: VolunteerId,
    legal_name: ShortText,
    preferred_name: Option<ShortText>,
    pronouns: Option<Label>,
    email: Option<Email>,
    phone: Option<Phone>,
    address: Option<LongText>,
    preferred_contact: ContactWay,
    communication_needs: Json<Vec<CommunicationNeed>>,
    emergency_contact: Option<Json<EmergencyContact>>,
    acts_with: Option<Json<ActsWith>>,
    guardian: Option<Json<Guardian>>,
}

impl Columns {
    /// The contact of their preferred way; else what helps soonest on the day.
    fn contact(&self) -> Option<(ContactWay, String)> {
        let by = |way: ContactWay| match way {
            ContactWay::Email => self.email.as_ref().map(|email| email.as_str().to_owned()),
            ContactWay::Phone | ContactWay::Sms => self.phone.as_ref().map(ToString::to_string),
            ContactWay::Letter => self.address.as_ref().map(ToString::to_string),
            ContactWay::InPerson => None,
        };
        let ways = [self.preferred_contact, ContactWay::Phone, ContactWay::Email, ContactWay::Letter];
        ways.into_iter().find_map(|way| Some((way, by(way)?)))
    }
}

/// These people, in one statement, in the order of their names.
///
/// # Errors
/// Database errors.
pub fn on_the_day(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<Vec<OnTheDay>> {
    let rows: Vec<Columns> = volunteer_profiles::table
        .filter(volunteer_profiles::volunteer_id.eq_any(ids))
        .select(Columns::as_select())
        .load(conn)?;
    let person = |row: Columns| OnTheDay {
        id: row.volunteer_id,
        contact: row.contact(),
        called: row.preferred_name.as_ref().unwrap_or(&row.legal_name).to_string(),
        legal_name: row.legal_name.into(),
        pronouns: row.pronouns.map(String::from),
        communication_alerts: alerts(&row.communication_needs.0),
        emergency_contact: row.emergency_contact.map(|Json(it)| it),
        acts_with: row.acts_with.map(|Json(it)| it),
        guardian: row.guardian.map(|Json(it)| it),
    };
    let mut people: Vec<OnTheDay> = rows.into_iter().map(person).collect();
    people.sort_by_key(|one| (one.called.to_lowercase(), one.id));
    Ok(people)
}
