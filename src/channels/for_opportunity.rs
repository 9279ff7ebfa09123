//! All channels for one opportunity: allowed, recommended, planned, and the responses that came through them.
//! The decision is in `rules`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::channels::rules::{self, OpportunityNeeds, Suitability, Verdict};
use crate::channels::store;
use crate::channels::views::{ChannelFilter, DetailFields};
use crate::db::ids::{ChannelId, OpportunityId};
use crate::db::page::{Page, Rows};
use crate::http::{Fields, Keyed, Routes};
use crate::opportunities::{self, OpportunityFacts};
use crate::plans::{self, Channel};
use crate::refusal::{Failure, Refusal, Result};
use crate::services;
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes.list("/v1/opportunities/{id}/channels", Some(Action::ReadChannels), list_opportunity_channels).describe(
        "List channels for an opportunity",
        "All channels in the order of the guidance. Each shows whether its rule allows the opportunity, whether it is \
             recommended, and why; whether the plan names it; how often the opportunity was placed there; and how many \
             people said that they heard of it there.",
    );
}

/// A channel and how it suits an opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityChannel {
    /// Channel that this is about.
    pub channel_id: ChannelId,
    /// Version of the channel.
    pub version: i32,
    /// Code of the channel.
    pub code: Channel,
    /// What it is and how to reach it.
    #[serde(flatten)]
    pub details: DetailFields,
    /// Whether the rule of the channel allows the opportunity.
    pub allowed: bool,
    /// Whether the channel is recommended for the opportunity.
    pub recommended: bool,
    /// Code of the reason.
    pub reason_code: Suitability,
    /// Reason in words.
    pub reason: String,
    /// Whether the plan names the channel.
    pub planned: bool,
    /// Number of placements of the opportunity in the channel.
    pub placements: i64,
    /// Number of people who said that they heard of the opportunity there.
    pub responses: i64,
}

impl Keyed for OpportunityChannel {
    fn key(&self) -> uuid::Uuid {
        self.channel_id.into()
    }
}

/// What the rules of the channels need to know about an opportunity.
pub(super) fn needs(reader: &mut Reader<'_>, opportunity: &OpportunityFacts) -> Result<OpportunityNeeds> {
    let service = services::facts(reader.conn, opportunity.service_id)?;
    let service = service.ok_or_else(|| Failure::broken("an opportunity without its service"))?;
    Ok(OpportunityNeeds {
        domain: service.domain,
        audience: opportunity.audience,
        clearance_needed: rules::clearance_needed(&opportunity.clearances_required),
        experience_wanted: !opportunity.experience_wanted.is_empty(),
    })
}

fn list_opportunity_channels(
    reader: &mut Reader<'_>,
    id: OpportunityId,
    _: &ChannelFilter,
    page: &Page,
) -> Result<Rows<OpportunityChannel>> {
    let opportunity = opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let needs = needs(reader, &opportunity)?;
    let planned = plans::facts(reader.conn, opportunity.plan_id)?.map(|plan| plan.channels).unwrap_or_default();
    let tallies = store::tallies(reader, id)?;
    let of = |(row, _): (store::ChannelRow, Option<String>)| {
        let verdict = rules::assess_channel(row.content.active, &row.content.rule, needs);
        let tally = tallies.iter().find(|tally| tally.code == row.code);
        let counts = tally.map_or((0, 0), |tally| (tally.placements, tally.responses));
        view(row, verdict, &planned, counts)
    };
    Ok(store::list(reader, page)?.map(of))
}

fn view(
    row: store::ChannelRow,
    verdict: Verdict,
    planned: &[Channel],
    (placements, responses): (i64, i64),
) -> OpportunityChannel {
    OpportunityChannel {
        channel_id: row.id,
        version: row.version,
        code: row.code,
        planned: planned.contains(&row.code),
        details: Fields(row.content.details),
        allowed: verdict.allowed(),
        recommended: verdict.recommended(),
        reason_code: verdict.code,
        reason: verdict.reason,
        placements,
        responses,
    }
}
