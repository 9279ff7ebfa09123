//! How a volunteer can be contacted and what they need, for the features that send them messages.
//! `deliveries` chooses the contact method of a message.

use crate::db::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::Bool;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::db::schema::{volunteer_profiles, volunteers};
use crate::people::volunteers::beside::ActsWith;
use crate::people::volunteers::content::UpdatePreferences;
use crate::people::volunteers::leaving::LeaveReason;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay, NeedKind};
use crate::people::volunteers::status::VolunteerStatus;
use crate::refusal::Result;
use crate::text::{Email, ShortText};
use crate::vocabulary::contact::FeedbackMethod;
use crate::work::Writer;

/// A volunteer's contact details and communication needs.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The volunteer.
    pub id: VolunteerId,
    /// Whether they are active, paused and so on.
    pub status: VolunteerStatus,
    /// Whether they have died: then nothing is sent to them.
    pub deceased: bool,
    /// Preferred name, else legal name; empty once erased.
    pub called: String,
    /// E-mail address, where known.
    pub email: Option<Email>,
    /// Whether a telephone number is recorded.
    pub has_phone: bool,
    /// Whether a postal address is recorded.
    pub has_address: bool,
    /// Preferred contact method.
    pub preferred_contact: ContactWay,
    /// Communication needs.
    pub needs: Vec<CommunicationNeed>,
    /// Whether somebody who acts with them is told instead: then staff do it.
    pub told_by_another: bool,
    /// Preferred methods and frequency of updates.
    pub update_preferences: Option<UpdatePreferences>,
}

impl Contact {
    /// The preferred contact method, as one of the feedback methods.
    #[must_use]
    pub fn way(&self) -> FeedbackMethod {
        match self.preferred_contact {
            ContactWay::Email => FeedbackMethod::Email,
            ContactWay::Phone => FeedbackMethod::Phone,
            ContactWay::Sms => FeedbackMethod::Sms,
            ContactWay::Letter => FeedbackMethod::Letter,
            ContactWay::InPerson => FeedbackMethod::InPerson,
        }
    }

    /// Whether the contact details that this method needs are recorded.
    #[must_use]
    pub fn reached_by(&self, way: FeedbackMethod) -> bool {
        match way {
            FeedbackMethod::Email => self.email.is_some(),
            FeedbackMethod::Phone | FeedbackMethod::Sms => self.has_phone,
            FeedbackMethod::Letter => self.has_address,
            FeedbackMethod::InPerson | FeedbackMethod::Poster | FeedbackMethod::WebPage | FeedbackMethod::Meeting => {
                true
            }
        }
    }

    /// The kinds of their communication needs.
    #[must_use]
    pub fn need_kinds(&self) -> Vec<NeedKind> {
        self.needs.iter().map(|need| need.kind).collect()
    }

    /// A volunteer with all contact details and no communication needs.
    #[cfg(test)]
    pub(crate) fn reachable_by_everything() -> Self {
        Self {
            id: uuid::Uuid::nil().into(),
            status: VolunteerStatus::Active,
            deceased: false,
            called: "Vera Volunteer".to_owned(),
            email: Some("vera@volunteer.example".into()),
            has_phone: true,
            has_address: true,
            preferred_contact: ContactWay::Email,
            needs: Vec::new(),
            told_by_another: false,
            update_preferences: None,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = volunteer_profiles, check_for_backend(diesel::pg::Pg))]
struct ContactColumns {
    volunteer_id: VolunteerId,
    legal_name: ShortText,
    preferred_name: Option<ShortText>,
    email: Option<Email>,
    preferred_contact: ContactWay,
    communication_needs: Json<Vec<CommunicationNeed>>,
    acts_with: Option<Json<ActsWith>>,
    update_preferences: Option<Json<UpdatePreferences>>,
}

/// Keeps somebody from leaving, dying or being erased before the transaction ends.
///
/// # Errors
/// Database errors.
pub fn hold_presence(writer: &mut Writer<'_>, id: VolunteerId) -> Result<()> {
    let row = volunteers::table.find(id).select(volunteers::id).for_key_share();
    row.first::<VolunteerId>(writer.conn).optional()?;
    Ok(())
}

/// Contact details of these volunteers, in one statement, ordered by id.
///
/// # Errors
/// Database errors.
pub fn contacts(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<Vec<Contact>> {
    let rows: Vec<(ContactColumns, VolunteerStatus, Option<LeaveReason>, bool, bool)> = volunteer_profiles::table
        .inner_join(volunteers::table)
        .filter(volunteer_profiles::volunteer_id.eq_any(ids))
        .order_by(volunteer_profiles::volunteer_id)
        .select((
            ContactColumns::as_select(),
            volunteers::status,
            volunteers::leave_reason,
            sql::<Bool>("volunteer_profiles.phone IS NOT NULL"),
            sql::<Bool>("volunteer_profiles.address IS NOT NULL"),
        ))
        .load(conn)?;
    let contact = |(row, status, left, has_phone, has_address): (ContactColumns, _, _, _, _)| Contact {
        id: row.volunteer_id,
        status,
        deceased: left == Some(LeaveReason::Deceased),
        called: row.preferred_name.unwrap_or(row.legal_name).into(),
        email: row.email,
        has_phone,
        has_address,
        preferred_contact: row.preferred_contact,
        needs: row.communication_needs.0,
        told_by_another: row.acts_with.is_some_and(|beside| beside.told_instead),
        update_preferences: row.update_preferences.map(|preferences| preferences.0),
    };
    Ok(rows.into_iter().map(contact).collect())
}
