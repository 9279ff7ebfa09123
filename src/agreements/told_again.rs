//! The message about an agreement, brought up to date where the place changes before anybody was told.

use crate::agreements::AgreementStatus;
use crate::agreements::requirements::in_short;
use crate::agreements::status::LIFE;
use crate::agreements::store::{self, AgreementRow};
use crate::deliveries::{self, About, Recipient};
use crate::opportunities::OpportunityFacts;
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
    let untold = deliveries::untold(writer, About::AgreementIssued, LIFE.resource, &ids)?;
    let again = |row: &AgreementRow| {
        let message = in_short(&row.content, opportunity, row.promised.as_ref().map(|promised| &promised.0));
        let recipient = Recipient {
            volunteer: row.content.volunteer_id,
            service: Some(row.service_id),
            subject: row.id.into(),
            route: None,
        };
        (recipient, Some(message))
    };
    let again: Vec<_> = rows.iter().filter(|row| untold.contains(&uuid::Uuid::from(row.id))).map(again).collect();
    if again.is_empty() {
        return Ok(());
    }
    deliveries::notify_each(writer, About::AgreementIssued, LIFE.resource, again)
}
