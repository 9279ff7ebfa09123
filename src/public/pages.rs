//! Pages for people who follow a link of a feed: an advert, an item of published feedback, and all that there is.
//! They need no token and show what the public lists show.

use askama::Template;

use crate::db::ids::{FeedbackId, OpportunityId};
use crate::db::page::Page as Rows;
use crate::documents::{self, DocumentFilter, HTML, Page, TEXT, Typed};
use crate::feedback;
use crate::http::{Content, Routes};
use crate::opportunities::{ADVERT_FORMATS, AdvertFilter, published, read_advert};
use crate::public::opportunities::newest;
use crate::refusal::{Refusal, Result};
use crate::work::Reader;

/// Who issues a page that is of no one service.
const ISSUER: &str = "The involvement team";

/// The newest hundred, as feeds have them.
pub(super) fn hundred() -> Rows {
    Rows::default()
}

/// Declares the operations.
pub(super) fn routes(routes: &mut Routes) {
    routes.content("/v1/public/opportunities/adverts", None, &[HTML], read_public_adverts).describe(
        "Get the page of published opportunities",
        "An accessible page of the newest hundred opportunities that are open to expressions of interest, each with a \
         link to its advert.",
    );
    routes
        .content("/v1/public/opportunities/{id}/advert", None, &[HTML, TEXT], read_public_advert)
        .describe(
            "Get the advert of a published opportunity",
            "An accessible page that prints on A4, plain text, a poster of one page, or slips for appointment letters. Available while the opportunity is open to \
             expressions of interest.",
        )
        .formats(ADVERT_FORMATS);
    routes.content("/v1/public/you-said-we-did/poster", None, &[HTML], read_public_posters).describe(
        "Get the page of published feedback",
        "An accessible page of the newest hundred items of published feedback of all plans.",
    );
    routes.content("/v1/public/you-said-we-did/{id}/poster", None, &[HTML], read_public_poster).describe(
        "Get the page of one item of published feedback",
        "An accessible page with what people said, what was decided, and what was done.",
    );
}

/// The page of published opportunities.
#[derive(Debug, Template)]
#[template(path = "opportunities.html")]
struct Adverts {
    page: Page,
    items: Vec<Advertised>,
    /// Whether there are more than the page shows.
    more: bool,
}

#[derive(Debug)]
struct Advertised {
    id: OpportunityId,
    service: Typed,
    title: Typed,
    summary: Typed,
}

fn read_public_adverts(reader: &mut Reader<'_>, (): (), asked: &DocumentFilter) -> Result<Content> {
    let open = newest(reader, &hundred())?;
    let more = open.more;
    let items = open.rows.into_iter().map(|item| Advertised {
        id: item.id,
        service: Typed::new(&item.service_name),
        title: Typed::new(&item.title),
        summary: Typed::maybe(item.summary.as_deref()),
    });
    let page = Page::new(reader.trust(), asked.layout(), "Opportunities to get involved", ISSUER, reader.today());
    documents::html(&Adverts { page, items: items.collect(), more })
}

fn read_public_advert(reader: &mut Reader<'_>, id: OpportunityId, asked: &AdvertFilter) -> Result<Content> {
    published::find(reader, id)?.ok_or_else(Refusal::not_found)?;
    read_advert(reader, id, asked)
}

fn read_public_posters(reader: &mut Reader<'_>, (): (), asked: &DocumentFilter) -> Result<Content> {
    let found = feedback::published(reader, None, &hundred())?;
    feedback::public_poster(reader, (ISSUER, "all plans"), found, asked.layout())
}

fn read_public_poster(reader: &mut Reader<'_>, id: FeedbackId, asked: &DocumentFilter) -> Result<Content> {
    let item = feedback::published_one(reader, id)?.ok_or_else(Refusal::not_found)?;
    let (service, plan) = (item.service_name.clone(), item.plan_title.clone());
    let found = crate::db::page::Rows { rows: vec![item], more: false };
    feedback::public_poster(reader, (&service, &plan), found, asked.layout())
}
