//! Shows feedback: whom the caller is to each item, and what they see of it.

use crate::access::{Viewer, Viewers};
use crate::db::ids::{FeedbackId, ServiceId};
use crate::feedback::store::{self, FeedbackAndCreator, FeedbackRow};
use crate::feedback::views::FeedbackItem;
use crate::http::Fields;
use crate::refusal::Result;
use crate::work::Reader;

/// What decides whom the caller is to each of some items.
pub(super) struct Sight {
    caller: Viewers,
    services: Vec<ServiceId>,
    own: Vec<FeedbackId>,
}

impl Sight {
    pub fn over(reader: &mut Reader<'_>, found: &[FeedbackAndCreator]) -> Result<Self> {
        let caller = reader.grant().viewer();
        let services = store::own_services(reader)?;
        let own = match reader.grant().own() {
            None => Vec::new(),
            Some(person) => {
                let ids: Vec<FeedbackId> = found.iter().map(|(row, ..)| row.id).collect();
                store::contributed(reader.conn, &ids, person)?
            }
        };
        Ok(Self { caller, services, own })
    }

    /// Whom the caller is to an item: it is a volunteer's own if they contributed to it.
    pub fn viewer(&self, row: &FeedbackRow) -> Viewers {
        let staff = self.services.contains(&row.service_id);
        self.caller.only_if(Viewer::Service, staff).only_if(Viewer::Own, self.own.contains(&row.id))
    }
}

pub(super) fn item((row, created_by, names): FeedbackAndCreator, viewer: Viewers) -> FeedbackItem {
    FeedbackItem {
        id: row.id,
        version: row.version,
        service_id: row.service_id,
        names,
        status: row.status,
        content: Fields(row.content),
        decision: row.decision,
        we_did: row.we_did,
        because: row.because,
        responded_at: row.responded_at,
        published_at: row.published_at,
        created_at: row.created_at,
        created_by: viewer.shown(FeedbackItem::CREATED_BY, || created_by),
        updated_at: row.updated_at,
    }
}
