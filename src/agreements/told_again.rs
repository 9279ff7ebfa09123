//! The message about an agreement, brought up to date where the place changes before anybody was told.

use crate::agreements::AgreementStatus;
use crate::agreements::requirements::in_short;
use crate::agreements::status::LIFE;
use crate::agreements::store::{self, AgreementRow};
use crate::db::ids::AgreementId;
use crate::deliveries::{self, About, Recipient};
use crate::opportunities::{self, OpportunityFacts};
use crate::refusal::Result;
use crate::work::Writer;

/// Agreements of which the person is still told: issued, or in force.
const TOLD: [AgreementStatus; 3] = [AgreementStatus::Issued, AgreementStatus::Active, AgreementStatus::Paused];

/// Writes anew what people were still to be told of their agreements for an opportunity that meets elsewhere, or in another way.
/// Whoever was told hears of each session that moves. The opportunity must be locked.
///
/// # Errors
/// Database errors.
pub fn tell_again(writer: &mut Writer<'_>, opportunity: &OpportunityFacts) -> Result<()> {
    let rows = store::lock_of_opportunity(writer, opportunity.id, &TOLD)?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = rows.iter().map(|row| row.id.into()).collect();
    let waiting = deliveries::waiting(writer, About::AgreementIssued, LIFE.resource, &ids)?;
    let again = |row: &AgreementRow| {
        let message = message(row, opportunity);
        let recipient = Recipient {
            volunteer: row.content.volunteer_id,
            service: Some(row.service_id),
            subject: row.id.into(),
            route: None,
        };
        (recipient, Some(message))
    };
    let again: Vec<_> = rows.iter().filter(|row| waiting.contains_key(&uuid::Uuid::from(row.id))).map(again).collect();
    if again.is_empty() {
        return Ok(());
    }
    deliveries::notify_each(writer, About::AgreementIssued, LIFE.resource, again)
}

fn message(row: &AgreementRow, opportunity: &OpportunityFacts) -> String {
    in_short(&row.content, opportunity, row.promised.as_ref().map(|promised| &promised.0))
}

/// What somebody is to be told of their agreement as things are now; none where they are no longer to be told of it. The
/// agreement must be held.
///
/// # Errors
/// Database errors.
pub fn message_now(writer: &mut Writer<'_>, id: AgreementId) -> Result<Option<String>> {
    let Some(row) = store::row(writer.conn, id)?.filter(|row| TOLD.contains(&row.status)) else { return Ok(None) };
    let now = writer.now();
    let opportunity = opportunities::facts(writer.conn, row.content.opportunity_id, now)?;
    Ok(opportunity.map(|opportunity| message(&row, &opportunity)))
}
