//! The documents of an opportunity: its advert, and the preparation pack of an interview panel.
//! Their layout is in `documents`.

use std::collections::HashMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::clock::Day;
use crate::db::ids::{OpportunityId, ServiceId};
use crate::documents::{
    self, Advert, Contact, DocumentFilter, Experience, HTML, Layout, Meeting, Notice, Offered, Page, PreparationPack,
    Requirement, TEXT, Typed, words,
};
use crate::http::{Content, Routes};
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::store;
use crate::opportunities::views::NewOpportunity;
use crate::policies::calculator::in_force;
use crate::refusal::{Done, Failure, Refusal};
use crate::text::Line;
use crate::vocabulary::opportunity::{OpportunityKind, PanelRole};
use crate::work::Reader;
use crate::{plans, policies, services, sessions};

crate::text_enum! {
    /// Formats of an advert.
    pub enum AdvertFormat {
        /// Web page.
        Html = "html",
        /// Plain text.
        Text = "text",
    }
}

/// Format and layout of an advert.
#[derive(Debug, Deserialize, ToSchema)]
struct AdvertFilter {
    /// Format of the advert; by default `html`, a web page.
    #[serde(default)]
    format: Option<AdvertFormat>,
    /// Layout of the page; by default `standard`. `large_print` is set in 18 point, `easy_read` in short sentences.
    #[serde(default)]
    layout: Option<Layout>,
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .content("/v1/opportunities/{id}/advert", Some(Action::ReadOpportunities), &[HTML, TEXT], read_advert)
        .says(
            "Get the advert of an opportunity",
            "An accessible page that prints on A4, or plain text. The advert of a draft, closed or cancelled opportunity \
             says so at the top. Volunteers can get it only while the opportunity is published.",
        )
        .formats(&[("html", HTML), ("text", TEXT)]);
    routes
        .content(
            "/v1/opportunities/{id}/preparation-pack",
            Some(Action::ReadOpportunities),
            &[HTML],
            read_preparation_pack,
        )
        .says(
            "Get the preparation pack of an interview panel",
            "The role, how scores count, training, conflicts of interest, dates, access and reimbursement. Only \
             opportunities of the kind `interview_panel` have one. Volunteers can get it once they are shortlisted or have \
             an agreement. It contains nothing about candidates: no data about them is stored.",
        );
}

/// What both documents are made from.
struct Ground {
    new: NewOpportunity,
    status: OpportunityStatus,
    service: services::Facts,
    /// Whether the caller sees it as a volunteer, not as staff of the service or an involvement lead.
    as_volunteer: bool,
}

fn ground(reader: &mut Reader<'_>, id: OpportunityId) -> Done<Ground> {
    let (row, _) = store::find(reader, id)?;
    let service = services::facts(reader.conn, row.service_id)?
        .ok_or_else(|| Failure::broken("an opportunity without its service"))?;
    let grant = reader.grant();
    let as_volunteer = !grant.all() && !grant.services().iter().any(|code| *code == *service.code);
    Ok(Ground { status: row.status_at(reader.now()), new: row.content.into(), service, as_volunteer })
}

impl Ground {
    fn page(&self, layout: Layout, title: &str, today: Day) -> Page {
        Page::new(layout, title, &self.service.name, today).asking(self.new.contact.as_ref())
    }

    fn notice(&self) -> Option<Notice> {
        let (word, meaning) = match self.status {
            OpportunityStatus::Draft => ("Draft", "This is not published yet and may still change."),
            OpportunityStatus::Published => return None,
            OpportunityStatus::Closed => ("Closed", "Nobody new can join at the moment."),
            OpportunityStatus::Cancelled => ("Called off", "This will not take place."),
        };
        Some(Notice { word, meaning })
    }

    /// The offer, with the rates of the policy in force on the first day, or today if that has passed.
    fn offered(&self, reader: &mut Reader<'_>) -> Done<Option<Offered>> {
        let Some(offer) = &self.new.offer else { return Ok(None) };
        let today = reader.today();
        let day = self.new.starts_on.map_or(today, |first| first.max(today));
        let versions = if offer.tariff.is_some() { policies::published(reader.conn)? } else { Vec::new() };
        let policy = in_force(&versions, day.date());
        let tariff = offer.tariff.as_ref().and_then(|name| policy?.terms.tariff(name));
        Ok(Some(Offered::new(offer, self.new.basis, tariff)))
    }

    fn needed(&self) -> Vec<Requirement> {
        Requirement::all(&self.new.clearances_required, &self.new.training_required)
    }
}

fn read_advert(reader: &mut Reader<'_>, id: OpportunityId, asked: &AdvertFilter) -> Done<Content> {
    let layout = asked.layout.unwrap_or(Layout::Standard);
    let advert = reader.snapshot(|reader| advert(reader, id, layout))?;
    match asked.format.unwrap_or(AdvertFormat::Html) {
        AdvertFormat::Html => documents::html(&advert),
        AdvertFormat::Text => documents::text(&advert.text()),
    }
}

fn advert(reader: &mut Reader<'_>, id: OpportunityId, layout: Layout) -> Done<Advert> {
    let ground = ground(reader, id)?;
    if ground.as_volunteer && ground.status != OpportunityStatus::Published {
        return Err(Refusal::not_found().into());
    }
    let offered = ground.offered(reader)?;
    let wanted: Vec<ServiceId> = ground.new.experience_wanted.iter().map(|one| one.service_id).collect();
    let names = services::names(reader.conn, &wanted)?;
    let title = format!("{}: get involved", ground.new.title);
    let new = &ground.new;
    Ok(Advert {
        page: ground.page(layout, &title, reader.today()),
        notice: ground.notice(),
        title: Typed::new(&new.title),
        kind: words::kind(new.kind),
        level: new.involvement_level.map(words::level),
        summary: Typed::maybe(new.summary.as_deref()),
        audience: new.audience.map(words::audience),
        experience: experience(new, &names),
        skills: Typed::maybe(new.skills.as_deref()),
        commitment: Typed::maybe(new.commitment.as_deref()),
        days: words::days(new.starts_on, new.ends_on),
        mode: new.mode.map(words::mode),
        venue: Typed::maybe(new.venue.as_deref()),
        access_notes: Typed::maybe(new.access_notes.as_deref()),
        places: new.places,
        panel: new.panel.as_ref().map(|panel| words::panel_role(panel.role)),
        scoring: new.panel.as_ref().map(|panel| words::scoring(panel.scoring)),
        offered,
        needed: ground.needed(),
        contact: new.contact.as_ref().map(Contact::from),
        closes: new.closes_at.map(words::moment),
    })
}

fn experience(new: &NewOpportunity, names: &HashMap<ServiceId, Line>) -> Vec<Experience> {
    let shown = |one: &crate::opportunities::views::ExperienceWanted| Experience {
        perspective: words::perspective(one.perspective),
        service: Typed::maybe(names.get(&one.service_id).map(Line::as_str)),
        essential: one.essential,
    };
    new.experience_wanted.iter().map(shown).collect()
}

fn read_preparation_pack(reader: &mut Reader<'_>, id: OpportunityId, asked: &DocumentFilter) -> Done<Content> {
    let pack = reader.snapshot(|reader| pack(reader, id, asked.layout()))?;
    documents::html(&pack)
}

fn pack(reader: &mut Reader<'_>, id: OpportunityId, layout: Layout) -> Done<PreparationPack> {
    let ground = ground(reader, id)?;
    let engaged = match reader.grant().own() {
        Some(own) if ground.as_volunteer => store::engaged(reader.conn, own, id)?,
        _ => !ground.as_volunteer,
    };
    if ground.new.kind != OpportunityKind::InterviewPanel || !engaged {
        return Err(Refusal::not_found().into());
    }
    let offered = ground.offered(reader)?;
    let preparation = plans::panel_preparation(reader.conn, ground.new.plan_id)?;
    let meetings = sessions::planned(reader.conn, id)?;
    let title = format!("{}: how to prepare", ground.new.title);
    let new = &ground.new;
    let panel = new.panel.as_ref();
    Ok(PreparationPack {
        page: ground.page(layout, &title, reader.today()),
        notice: ground.notice(),
        title: Typed::new(&new.title),
        role: panel.map(|panel| words::panel_role(panel.role)),
        chair: panel.is_some_and(|panel| panel.role == PanelRole::Chair),
        scoring: panel.map(|panel| words::scoring(panel.scoring)),
        needed: ground.needed(),
        preparation: Typed::maybe(preparation.as_deref()),
        commitment: Typed::maybe(new.commitment.as_deref()),
        days: words::days(new.starts_on, new.ends_on),
        meetings: meetings
            .into_iter()
            .map(|one| Meeting {
                when: words::span(one.starts_at, one.ends_at),
                venue: Typed::maybe(one.venue.as_deref()),
            })
            .collect(),
        mode: new.mode.map(words::mode),
        venue: Typed::maybe(new.venue.as_deref()),
        access_notes: Typed::maybe(new.access_notes.as_deref()),
        offered,
        contact: new.contact.as_ref().map(Contact::from),
    })
}
