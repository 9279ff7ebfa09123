//! The preparation pack of an interview panel: the role, how scores count, and when the panel meets.
//! Its layout is in `documents`. It holds nothing about candidates.

use crate::access::Action;
use crate::db::ids::OpportunityId;
use crate::documents::{self, Contact, DocumentFilter, HTML, Layout, Meeting, PreparationPack, Typed, words};
use crate::http::{Content, Routes};
use crate::opportunities::{self, AdvertSource};
use crate::plans;
use crate::refusal::{Refusal, Result};
use crate::sessions::facts::Planned;
use crate::sessions::store;
use crate::vocabulary::opportunity::{OpportunityKind, PanelRole};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .within("Opportunities")
        .content(
            "/v1/opportunities/{id}/preparation-pack",
            Some(Action::ReadOpportunities),
            &[HTML],
            read_preparation_pack,
        )
        .describe(
            "Get the preparation pack of an interview panel",
            "The role, how scores count, training, conflicts of interest, dates, access and reimbursement. Only \
             opportunities of the kind `interview_panel` have one. Volunteers can get it once they are shortlisted or have \
             an agreement. It contains nothing about candidates: no data about them is stored.",
        );
}

fn read_preparation_pack(reader: &mut Reader<'_>, id: OpportunityId, asked: &DocumentFilter) -> Result<Content> {
    let pack = reader.snapshot(|reader| pack(reader, id, asked.layout()))?;
    documents::html(&pack)
}

fn pack(reader: &mut Reader<'_>, id: OpportunityId, layout: Layout) -> Result<PreparationPack> {
    let source = AdvertSource::load(reader, id)?;
    let engaged = match reader.grant().own() {
        Some(own) if source.as_volunteer => opportunities::engaged(reader.conn, own, id)?,
        _ => !source.as_volunteer,
    };
    if source.new.kind != OpportunityKind::InterviewPanel || !engaged {
        return Err(Refusal::not_found().into());
    }
    let offered = source.offered(reader)?;
    let needed = source.needed(reader)?;
    let preparation = plans::panel_preparation(reader.conn, source.new.plan_id)?;
    let meetings = store::planned(reader.conn, id)?.into_iter().map(meeting).collect();
    let title = format!("{}: how to prepare", source.new.title);
    let new = &source.new;
    let panel = new.panel.as_ref();
    Ok(PreparationPack {
        page: source.page(reader, layout, &title),
        notice: source.notice(),
        title: Typed::new(&new.title),
        role: panel.map(|panel| words::panel_role(panel.role)),
        chair: panel.is_some_and(|panel| panel.role == PanelRole::Chair),
        scoring: panel.map(|panel| words::scoring(panel.scoring)),
        needed,
        preparation: Typed::maybe(preparation.as_deref()),
        commitment: Typed::maybe(new.commitment.as_deref()),
        days: words::days(new.starts_on, new.ends_on),
        meetings,
        mode: new.mode.map(words::mode),
        venue: Typed::maybe(new.venue.as_deref()),
        access_notes: Typed::maybe(new.access_notes.as_deref()),
        offered,
        contact: new.contact.as_deref().map(Contact::from),
    })
}

fn meeting(one: Planned) -> Meeting {
    Meeting { when: words::span(one.starts_at, one.ends_at), venue: Typed::maybe(one.venue.as_deref()) }
}
