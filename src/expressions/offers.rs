//! What somebody who is offered a place must know to answer: told with the offer, and again where it changes before they answer.

use crate::clock::Instant;
use crate::deliveries::{self, About, Recipient};
use crate::documents::{Offered, words};
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store::{self, ExpressionRow};
use crate::opportunities::OpportunityFacts;
use crate::refusal::Result;
use crate::work::Writer;

/// What comes first where somebody was told something else before.
const CHANGED: &str = "Something has changed since we offered you this place. This is how it is now:";

/// When, where, what is paid, and until when to answer.
pub(super) fn invitation(opportunity: &OpportunityFacts, respond_by: Option<Instant>) -> String {
    let mut message = String::new();
    if let Some(offer) = &opportunity.offer {
        let promised = opportunity.promised.as_ref().map(|promised| &promised.terms);
        let offered = Offered::new(offer, opportunity.basis, promised);
        message = opportunity.in_short((opportunity.starts_on, opportunity.ends_on), &offered);
    }
    if let Some(by) = respond_by {
        message.push_str(&format!("\nPlease answer by {}.", words::moment(by)));
    }
    message.trim().to_owned()
}

/// Tells everybody again who is offered a place and has not answered yet, after what the offer says has changed. The opportunity
/// must be locked.
///
/// # Errors
/// Database errors.
pub fn tell_offers_again(writer: &mut Writer<'_>, opportunity: &OpportunityFacts) -> Result<()> {
    let now = writer.now();
    let mut open = store::lock_offers(writer, opportunity.id)?;
    open.retain(|row| row.status_at(now) == ExpressionStatus::Offered);
    if open.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = open.iter().map(|row| row.id.into()).collect();
    let waiting = deliveries::waiting(writer, About::Offer, LIFE.resource, &ids)?;
    let again = |row: &ExpressionRow| {
        let subject: uuid::Uuid = row.id.into();
        let invitation = invitation(opportunity, row.respond_by);
        let message =
            if waiting.get(&subject) == Some(&false) { invitation } else { format!("{CHANGED}\n{invitation}") };
        let recipient = Recipient { volunteer: row.volunteer_id, service: Some(row.service_id), subject, route: None };
        (recipient, Some(message))
    };
    deliveries::notify_each(writer, About::Offer, LIFE.resource, open.iter().map(again).collect())
}
