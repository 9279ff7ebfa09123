//! Interest that came in without a log-in.
//! Who may send it, and how the person came to be, stands in `public`.

use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::db::{Change, Writer};
use crate::expressions::status::{ExpressionStatus, LIFE};
use crate::expressions::store;
use crate::expressions::views::NewExpression;
use crate::plans::Channel;
use crate::refusal::Done;
use crate::text::Prose;

/// What somebody without a log-in says.
#[derive(Clone, Debug, Default)]
pub struct FromThePublic {
    /// Why they are interested.
    pub statement: Option<Prose>,
    /// What they need to take part.
    pub adjustments: Option<Prose>,
    /// In which channel they heard of it.
    pub heard_from: Option<Channel>,
}

/// Writes it down for a person who was entered just now. Conflicts of interest are asked for before a place is offered.
///
/// # Errors
/// Those of the database.
pub fn from_the_public(
    writer: &mut Writer<'_>,
    opportunity: (OpportunityId, ServiceId),
    volunteer: VolunteerId,
    said: FromThePublic,
) -> Done<Change> {
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
