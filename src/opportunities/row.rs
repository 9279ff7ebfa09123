//! A row of the table `opportunities`, and what other features need to know of it.

use crate::db::prelude::*;
use diesel::pg::Pg;

use crate::clock::Instant;
use crate::db::Json;
use crate::db::ids::{OpportunityId, ServiceId};
use crate::db::schema::opportunities;
use crate::opportunities::facts::OpportunityFacts;
use crate::opportunities::publication::AnsweredCaution;
use crate::opportunities::status::{self, OpportunityStatus};
use crate::opportunities::views::OpportunityContent;
use crate::policies::Promised;
use crate::work::names::PlanNames;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = opportunities, check_for_backend(Pg))]
pub(crate) struct OpportunityRow {
    pub id: OpportunityId,
    pub version: i32,
    pub service_id: ServiceId,
    pub status: OpportunityStatus,
    pub accepted_count: i32,
    pub published_at: Option<Instant>,
    pub promised: Option<Json<Promised>>,
    pub cancel_reason: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub proposed_at: Option<Instant>,
    pub cautions: Json<Vec<AnsweredCaution>>,
    #[diesel(embed)]
    pub content: OpportunityContent,
}

impl OpportunityRow {
    /// The status at a moment.
    pub fn status_at(&self, now: Instant) -> OpportunityStatus {
        status::at(self.status, self.content.closes_at, now)
    }

    /// What other features need to know about it.
    pub fn facts(self, now: Instant) -> OpportunityFacts {
        let status = self.status_at(now);
        let content = self.content;
        OpportunityFacts {
            id: self.id,
            plan_id: content.plan_id,
            service_id: self.service_id,
            status,
            title: content.title,
            kind: content.kind,
            audience: content.audience,
            experience_wanted: content.experience_wanted.0,
            skills: content.skills,
            places: content.places,
            basis: content.basis,
            offer: content.offer.map(|offer| offer.0),
            clearances_required: content.clearances_required.0,
            training_required: content.training_required.0,
            mode: content.mode,
            venue: content.venue,
            starts_on: content.starts_on,
            ends_on: content.ends_on,
            panel: content.panel.map(|panel| panel.0),
            contact: content.contact.map(|contact| contact.0),
            promised: self.promised.map(|promised| promised.0),
            published_on: self.published_at.map(Instant::london_day),
        }
    }
}

/// A row, with the token subject of who created it, and the names beside its ids.
pub(super) type OpportunityAndCreator = (OpportunityRow, Option<String>, PlanNames);
