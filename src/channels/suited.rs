//! Every channel as it is for one opportunity: allowed, recommended, planned, and what came of it.
//! What decides it stands in `rules`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Action;
use crate::channels::rules::{self, Judged, Sought, Suitability};
use crate::channels::store;
use crate::channels::views::ChannelFilter;
use crate::db::ids::{ChannelId, OpportunityId};
use crate::db::page::{Page, Rows};
use crate::http::{Keyed, Routes};
use crate::opportunities::{self, Facts};
use crate::plans::{self, Channel};
use crate::refusal::{Done, Failure, Refusal};
use crate::services;
use crate::text::{Line, Person, Prose, WebAddress};
use crate::work::Reader;

/// Declares the operation.
pub(super) fn routes(routes: &mut Routes) {
    routes
        .list("/v1/opportunities/{id}/channels", Some(Action::ReadChannels), list_opportunity_channels)
        .says(
            "Channels for an opportunity",
            "All of them, in the order of the advice, as the opportunity stands now: whether its rule takes it, whether it \
             is recommended, and why; whether the plan in force names it; how often the opportunity was placed there, and \
             how many people said that they heard of it there.",
        );
}

/// A channel as it is for an opportunity.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpportunityChannel {
    /// The channel.
    pub channel_id: ChannelId,
    /// The channel's version.
    pub version: i32,
    /// Which of the ten it is.
    pub code: Channel,
    /// What it is called.
    pub name: Line,
    /// Whom it reaches, and how.
    pub description: Prose,
    /// Whom to ask about placing something.
    pub contact: Option<Person>,
    /// Where it is on the web.
    pub link: Option<WebAddress>,
    /// Whether its rule takes the opportunity.
    pub allowed: bool,
    /// Whether it is where the right people are.
    pub recommended: bool,
    /// What decided that.
    pub reason_code: Suitability,
    /// Why, in words.
    pub reason: String,
    /// Whether the plan in force names it.
    pub planned: bool,
    /// How often the opportunity was placed there.
    pub placements: i64,
    /// How many people say that they heard of the opportunity there.
    pub responses: i64,
}

impl Keyed for OpportunityChannel {
    fn key(&self) -> uuid::Uuid {
        self.channel_id.into()
    }
}

/// What the channels' rules ask about an opportunity.
pub(super) fn sought(reader: &mut Reader<'_>, opportunity: &Facts) -> Done<Sought> {
    let service = services::facts(reader.conn, opportunity.service_id)?;
    let service = service.ok_or_else(|| Failure::broken("an opportunity without its service"))?;
    Ok(Sought {
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
) -> Done<Rows<OpportunityChannel>> {
    let opportunity = opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let sought = sought(reader, &opportunity)?;
    let planned = plans::facts(reader.conn, opportunity.plan_id)?.map(|plan| plan.channels).unwrap_or_default();
    let tallies = store::tallies(reader, id)?;
    let of = |(row, _): (store::Row, Option<String>)| {
        let judged = rules::judge(row.active, &row.rule.0, sought);
        let tally = tallies.iter().find(|tally| tally.code == row.code);
        let counts = tally.map_or((0, 0), |tally| (tally.placements, tally.responses));
        view(row, judged, &planned, counts)
    };
    Ok(store::list(reader, page)?.map(of))
}

fn view(
    row: store::Row,
    judged: Judged,
    planned: &[Channel],
    (placements, responses): (i64, i64),
) -> OpportunityChannel {
    OpportunityChannel {
        channel_id: row.id,
        version: row.version,
        code: row.code,
        planned: planned.contains(&row.code),
        name: row.name,
        description: row.description,
        contact: row.contact.map(|contact| contact.0),
        link: row.link,
        allowed: judged.allowed(),
        recommended: judged.recommended(),
        reason_code: judged.code,
        reason: judged.reason,
        placements,
        responses,
    }
}
