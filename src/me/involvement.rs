//! Everything that a volunteer takes part in, in one answer: what their own page shows.
//! Each part is the list of its feature, as the volunteer sees it there.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::agreements::{self, views::AgreementItem};
use crate::claims::{self, views::ClaimItem};
use crate::db::page::Page;
use crate::deliveries::{self, views::DeliveryView};
use crate::expressions::{self, views::ExpressionItem};
use crate::http::{Represent, Routes};
use crate::refusal::Result;
use crate::sessions::views::{SessionView, SessionsFilter};
use crate::sessions::{self, SessionStatus};
use crate::work::Reader;

/// Items of each part at the most.
const MOST: u16 = 50;

/// A volunteer's own involvement. Each part has the newest 50; the lists of the parts have the rest.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyInvolvement {
    /// Interest that the volunteer expressed, offers of a place among it; newest first.
    pub expressions_of_interest: Vec<ExpressionItem>,
    /// Agreements, newest first.
    pub agreements: Vec<AgreementItem>,
    /// Sessions to come, the next one first.
    pub sessions: Vec<SessionView>,
    /// Claims, newest first.
    pub claims: Vec<ClaimItem>,
    /// Messages, newest first.
    pub messages: Vec<DeliveryView>,
}

impl Represent for MyInvolvement {}

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("/v1/me/involvement", Action::ReadInvolvement, read_my_involvement)
        .describe(
            "Get my involvement",
            "For a volunteer's own page, in one call: offers and other expressions of interest, agreements, sessions to \
             come, claims and messages, as their lists show them. Each part has at most 50 items; the lists have the \
             rest.",
        )
        .without_etag();
}

fn read_my_involvement(reader: &mut Reader<'_>, (): ()) -> Result<MyInvolvement> {
    let page = Page { limit: MOST, ..Page::default() };
    let to_come = SessionsFilter {
        status: Some(vec![SessionStatus::Scheduled]),
        from: Some(reader.today()),
        ..SessionsFilter::default()
    };
    let soonest = Page { sorted: Some(sessions::SOONEST), ..page.clone() };
    let sessions = sessions::list_sessions(reader, (), &to_come, &soonest)?.rows;
    Ok(MyInvolvement {
        expressions_of_interest: expressions::list_expressions(reader, (), &Default::default(), &page)?.rows,
        agreements: agreements::list_agreements(reader, (), &Default::default(), &page)?.rows,
        sessions,
        claims: claims::list_claims(reader, (), &Default::default(), &page)?.rows,
        messages: deliveries::list_deliveries(reader, (), &Default::default(), &page)?.rows,
    })
}
