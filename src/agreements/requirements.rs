//! What an agreement asks of the person before it is issued, and what the message about it says.
//! The rules are in `rules`.

use crate::agreements::content::AgreementContent;
use crate::agreements::rules;
use crate::agreements::wording::plainly;
use crate::clock::Day;
use crate::db::ids::VolunteerId;
use crate::documents::Offered;
use crate::opportunities;
use crate::people::clearances;
use crate::policies::Promised;
use crate::refusal::{Refusal, Result};
use crate::sessions;
use crate::text::Label;
use crate::vocabulary::clearance::PANEL_SHADOWING;
use crate::vocabulary::opportunity::PanelRole;
use crate::work::Writer;

/// Whether a volunteer may chair, and has the clearances and training that the opportunity requires, on a day.
pub(super) fn meets_requirements(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::OpportunityFacts,
    who: VolunteerId,
    on: Day,
) -> Result<[Result<(), Refusal>; 2]> {
    let has_sat = has_sat_in(writer, opportunity, who, on)?;
    let required = (&opportunity.clearances_required, &opportunity.training_required);
    let missing = clearances::missing(writer, who, required.0, required.1, on)?;
    Ok([rules::may_chair(opportunity.panel.as_ref(), has_sat), rules::cleared(&missing)])
}

/// Whether somebody who is to chair a panel attended one here, or sat in on one before as recorded with their training.
fn has_sat_in(
    writer: &mut Writer<'_>,
    opportunity: &opportunities::OpportunityFacts,
    who: VolunteerId,
    on: Day,
) -> Result<bool> {
    if opportunity.panel.as_ref().is_none_or(|panel| panel.role != PanelRole::Chair) {
        return Ok(false);
    }
    let now = writer.now();
    if sessions::sat_on_a_panel(writer.conn, who, now)? {
        return Ok(true);
    }
    Ok(clearances::missing(writer, who, &[], &[Label::from(PANEL_SHADOWING)], on)?.is_empty())
}

/// When, where and what is paid, for the message about an agreement.
pub(super) fn in_short(
    agreement: &AgreementContent,
    opportunity: &opportunities::OpportunityFacts,
    promised: Option<&Promised>,
) -> String {
    let offered = Offered::new(&agreement.offer, Some(agreement.basis), promised.map(|promised| &promised.terms));
    let message = opportunity.in_short((Some(agreement.starts_on), agreement.ends_on), &offered);
    plainly(agreement.basis, &message, "").to_owned()
}
