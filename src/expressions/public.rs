//! Expressions of interest from people without a log-in.
//! `public` checks the request and creates the volunteer.

use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store;
use crate::expressions::views::NewExpression;
use crate::plans::Channel;
use crate::refusal::Result;
use crate::text::LongText;
use crate::work::{Change, Writer};

/// Content of an expression of interest from somebody without a log-in.
#[derive(Clone, Debug, Default)]
pub struct FromThePublic {
    /// Why the person is interested.
    pub statement: Option<LongText>,
    /// Adjustments that the person needs to take part.
    pub adjustments: Option<LongText>,
    /// Channel in which the person heard of the opportunity.
    pub heard_from: Option<Channel>,
}

/// Inserts the expression of interest of a volunteer who was just created. A lead asks about conflicts of interest
/// later.
///
/// # Errors
/// Database errors.
pub fn from_the_public(
    writer: &mut Writer<'_>,
    opportunity: (OpportunityId, ServiceId),
    volunteer: VolunteerId,
    said: FromThePublic,
) -> Result<Change> {
    let new = NewExpression {
        volunteer_id: None,
        statement: said.statement,
        adjustments: said.adjustments,
        conflict_declared: None,
        heard_from: said.heard_from,
    };
    let id = store::insert(writer, opportunity, volunteer, &new)?;
    Ok(Change::created(LIFE.resource, id).to(ExpressionStatus::Received))
}
