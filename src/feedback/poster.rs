//! A plan's published feedback as a poster.
//! The layout is in `documents`; what is published is decided in `said_and_done`.

use crate::db::page::Rows;
use crate::documents::{self, Layout, Page, Poster, SaidAndDone, Typed};
use crate::feedback::behind::BehindIt;
use crate::feedback::said_and_done::YouSaidWeDid;
use crate::feedback::status::Decision;
use crate::http::Content;
use crate::plans;
use crate::refusal::{Failure, Result};
use crate::services;
use crate::work::Reader;

/// A page of a plan's published feedback.
pub(super) fn poster(
    reader: &mut Reader<'_>,
    plan: &plans::PlanFacts,
    found: Rows<YouSaidWeDid>,
    layout: Layout,
) -> Result<Content> {
    let service = services::facts(reader.conn, plan.service_id)?;
    let service = service.ok_or_else(|| Failure::broken("a plan without its service"))?;
    let title = format!("You said, we did: {}", plan.title);
    documents::html(&Poster {
        page: Page::new(reader.trust(), layout, &title, &service.name, reader.today())
            .asking(plan.link_person.as_ref()),
        plan: Typed::new(&plan.title),
        more: found.more,
        items: found.rows.into_iter().map(item).collect(),
    })
}

/// Published feedback of one plan or several as a page for everybody, under a title.
///
/// # Errors
/// An internal fault if the page can't be made.
pub fn public_poster(
    reader: &Reader<'_>,
    (service, title): (&str, &str),
    found: Rows<YouSaidWeDid>,
    layout: Layout,
) -> Result<Content> {
    documents::html(&Poster {
        page: Page::new(reader.trust(), layout, &format!("You said, we did: {title}"), service, reader.today()),
        plan: Typed::new(title),
        more: found.more,
        items: found.rows.into_iter().map(item).collect(),
    })
}

fn item(found: YouSaidWeDid) -> SaidAndDone {
    let (decision, sentence) = found.decision.unwrap_or(Decision::Exploring).words();
    SaidAndDone {
        you_said: Typed::new(&found.you_said),
        decision,
        refused: found.decision == Some(Decision::NotDoing),
        sentence,
        we_did: Typed::maybe(found.we_did.as_deref()),
        because: Typed::maybe(found.because.as_deref()),
        behind: found.behind_it.as_ref().map(BehindIt::in_words),
    }
}
