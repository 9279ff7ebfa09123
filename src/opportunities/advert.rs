//! The advert of an opportunity. Its layout is in `documents`; the preparation pack of an interview panel is made from
//! the same source in `sessions::preparation_pack`.

use std::collections::HashMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::db::ids::{OpportunityId, ServiceId};
use crate::documents::{
    self, Advert, AdvertPoster, AdvertSlip, Contact, Experience, HTML, Layout, Notice, Offered, Page, Requirement,
    TEXT, Typed, words,
};
use crate::http::{Content, Routes};
use crate::opportunities::kind_defaults;
use crate::opportunities::status::OpportunityStatus;
use crate::opportunities::store;
use crate::opportunities::views::OpportunityContent;
use crate::people::trainings;
use crate::policies::{self, Promised};
use crate::refusal::{Failure, Fault, Kind, Refusal, Result};
use crate::services;
use crate::text::ShortText;
use crate::vocabulary::opportunity::PanelRole;
use crate::work::Reader;

crate::text_enum! {
    /// Formats of an advert.
    pub enum AdvertFormat {
        /// Web page.
        Html = "html",
        /// Plain text.
        Text = "text",
        /// Poster: one A4 page that can be read at two metres.
        Poster = "poster",
        /// Slips to go with an appointment letter, three to an A4 page.
        Slip = "slip",
    }
}

/// Format and layout of an advert.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AdvertFilter {
    /// Format of the advert; by default `html`, a web page. `poster` is one A4 page to be read at two metres, `slip` three
    /// slips to go with appointment letters; both have a code of the public page.
    #[serde(default)]
    format: Option<AdvertFormat>,
    /// Layout of the page, for `html` only; by default `standard`. `large_print` is set in 18 point, `easy_read` in short sentences.
    #[serde(default)]
    layout: Option<Layout>,
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .content("/v1/opportunities/{id}/advert", Some(Action::ReadOpportunities), &[HTML, TEXT], read_advert)
        .describe(
            "Get the advert of an opportunity",
            "An accessible page that prints on A4, plain text, a poster of one page, or slips for appointment letters. The advert of a draft, closed or cancelled opportunity \
             says so at the top. Volunteers can get it only while the opportunity is published.",
        )
        .formats(FORMATS);
}

/// The formats of an advert, with their media types.
pub(crate) const FORMATS: &[(&str, &str)] = &[("html", HTML), ("text", TEXT), ("poster", HTML), ("slip", HTML)];

/// What the documents of an opportunity are made from.
pub(crate) struct AdvertSource {
    pub new: OpportunityContent,
    status: OpportunityStatus,
    promised: Option<Promised>,
    service: services::ServiceFacts,
    /// Whether the caller sees it as a volunteer, not as staff of the service or an involvement lead.
    pub as_volunteer: bool,
}

impl AdvertSource {
    /// Reads it, as far as the caller can see the opportunity.
    ///
    /// # Errors
    /// Not found.
    pub fn load(reader: &mut Reader<'_>, id: OpportunityId) -> Result<Self> {
        let (row, ..) = store::find(reader, id)?;
        let service = services::facts(reader.conn, row.service_id)?
            .ok_or_else(|| Failure::broken("an opportunity without its service"))?;
        let grant = reader.grant();
        let as_volunteer = !grant.all() && !grant.services().iter().any(|code| *code == *service.code);
        let (status, promised) = (row.status_at(reader.now()), row.promised.map(|promised| promised.0));
        Ok(Self { status, promised, new: row.content, service, as_volunteer })
    }

    pub fn page(&self, reader: &Reader<'_>, layout: Layout, title: &str) -> Page {
        let page = Page::new(reader.trust(), layout, title, &self.service.name, reader.today());
        page.asking(self.new.contact.as_deref())
    }

    /// Name of the service.
    pub fn service_name(&self) -> &str {
        &self.service.name
    }

    pub fn notice(&self) -> Option<Notice> {
        let (word, meaning) = match self.status {
            OpportunityStatus::Draft => ("Draft", "This is not published yet and may still change."),
            OpportunityStatus::Published => return None,
            OpportunityStatus::Closed => ("Closed", "Nobody new can join at the moment."),
            OpportunityStatus::Cancelled => ("Called off", "This will not take place."),
        };
        Some(Notice { word, meaning })
    }

    /// The offer, with the rates that an agreement made today would promise: those of the policy in force, or better ones
    /// under which it was published.
    pub fn offered(&self, reader: &mut Reader<'_>) -> Result<Option<Offered>> {
        let Some(offer) = &self.new.offer else { return Ok(None) };
        let days = (reader.today(), self.new.starts_on);
        let promised = match &offer.tariff {
            Some(name) => policies::promise(&policies::published(reader.conn)?, name, days, &self.promised),
            None => None,
        };
        Ok(Some(Offered::new(offer, self.new.basis, promised.as_ref().map(|promised| &promised.terms))))
    }

    /// What people need before they start; whoever chairs a panel must have sat in on one.
    pub fn needed(&self, reader: &mut Reader<'_>) -> Result<Vec<Requirement>> {
        let (required, training) = (&self.new.clearances_required, &self.new.training_required);
        let names = trainings::names(reader.conn, required, training)?;
        let mut needed = Requirement::all(required, training, &names);
        if self.new.panel.as_ref().is_some_and(|panel| panel.role == PanelRole::Chair) {
            needed.push(Requirement::of_chairs());
        }
        Ok(needed)
    }
}

/// The advert as an answer.
///
/// # Errors
/// Not found; database errors.
pub(crate) fn read_advert(reader: &mut Reader<'_>, id: OpportunityId, asked: &AdvertFilter) -> Result<Content> {
    let layout = asked.layout.unwrap_or(Layout::Standard);
    let format = asked.format.unwrap_or(AdvertFormat::Html);
    if format != AdvertFormat::Html && layout != Layout::Standard {
        let fault = Fault::parameter("layout", "not-allowed", "can only be given for the format `html`");
        let detail = "Only the page (`html`) has other layouts than `standard`.";
        return Err(Refusal::new(Kind::InvalidParameter, detail).with(vec![fault]).into());
    }
    let advert = reader.snapshot(|reader| advert(reader, id, layout))?;
    match format {
        AdvertFormat::Html => documents::html(&advert),
        AdvertFormat::Text => documents::text(&advert.text()),
        AdvertFormat::Poster => documents::html(&AdvertPoster::of(&advert)),
        AdvertFormat::Slip => documents::html(&AdvertSlip::of(&advert)),
    }
}

fn advert(reader: &mut Reader<'_>, id: OpportunityId, layout: Layout) -> Result<Advert> {
    let source = AdvertSource::load(reader, id)?;
    if source.as_volunteer && source.status != OpportunityStatus::Published {
        return Err(Refusal::not_found().into());
    }
    let offered = source.offered(reader)?;
    let needed = source.needed(reader)?;
    let wanted: Vec<ServiceId> = source.new.experience_wanted.iter().map(|one| one.service_id).collect();
    let names = services::names(reader.conn, &wanted)?;
    let title = format!("{}: get involved", source.new.title);
    let new = &source.new;
    Ok(Advert {
        page: source.page(reader, layout, &title),
        notice: source.notice(),
        title: Typed::new(&new.title),
        kind: words::kind(new.kind),
        about: kind_defaults::usual(new.kind).about,
        link: format!("{}/v1/public/opportunities/{id}/advert", reader.context().home),
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
        needed,
        contact: new.contact.as_deref().map(Contact::from),
        closes: new.closes_at.map(words::moment),
    })
}

fn experience(new: &OpportunityContent, names: &HashMap<ServiceId, ShortText>) -> Vec<Experience> {
    let shown = |one: &crate::opportunities::views::ExperienceWanted| Experience {
        perspective: words::perspective(one.perspective),
        service: Typed::maybe(names.get(&one.service_id).map(ShortText::as_str)),
        essential: one.essential,
    };
    new.experience_wanted.iter().map(shown).collect()
}
