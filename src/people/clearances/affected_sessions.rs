//! Future sessions that require a clearance which will have expired by then, where the volunteer has no other that
//! meets it. Whether another clearance meets it is decided in `rules`.

use crate::db::prelude::*;
use diesel::sql_types::{Date, Jsonb, Uuid as SqlUuid};
use serde::Deserialize;

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::people::clearances::kinds::kinds_of;
use crate::people::clearances::views::{NewClearance, SessionAtRisk};
use crate::people::clearances::{rules, store};
use crate::refusal::Result;
use crate::text::Label;
use crate::vocabulary::clearance::Required;
use crate::work::Reader;
use crate::work::names::OpportunityNames;

// Sessions after a day that the volunteer is to attend and that require any clearance.
const TO_COME: &str = "\
SELECT jsonb_build_object('session_id', session_id, 'starts_at', starts_at, 'opportunity_id', opportunity_id, 'service_id', service_id,
    'opportunity_title', (SELECT n.title FROM opportunity_titles n WHERE n.opportunity_id = s.opportunity_id),
    'service_name', (SELECT n.name FROM services n WHERE n.id = s.service_id),
    'required', clearances_required, 'training', training_required) AS row
FROM sessions_to_attend s
WHERE volunteer_id = $1 AND starts_at >= ($2 + 1)::timestamp AT TIME ZONE 'Europe/London'
ORDER BY starts_at, session_id LIMIT 200";

#[derive(Debug, QueryableByName)]
struct SessionToCome {
    #[diesel(sql_type = Jsonb)]
    row: Json<SessionColumns>,
}

#[derive(Debug, Deserialize)]
struct SessionColumns {
    session_id: SessionId,
    starts_at: Instant,
    opportunity_id: OpportunityId,
    service_id: ServiceId,
    #[serde(flatten)]
    names: OpportunityNames,
    required: Vec<Required>,
    training: Vec<Label>,
}

/// The sessions that the end of a clearance affects, at most 200, earliest first; none where it does not expire.
pub(super) fn by_expiry(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    clearance: &NewClearance,
) -> Result<Vec<SessionAtRisk>> {
    let Some(last) = clearance.policy_expires_on else { return Ok(Vec::new()) };
    let after: Day = last.max(reader.today().plus_days(-1));
    let found: Vec<SessionToCome> =
        diesel::sql_query(TO_COME).bind::<SqlUuid, _>(of).bind::<Date, _>(after).load(reader.conn)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let held = store::held(reader.conn, of)?;
    let affected = |to_come: SessionColumns| {
        let SessionColumns { session_id, starts_at, opportunity_id, service_id, names, required, training } = to_come;
        let kinds = kinds_of(&required, &training);
        let affects = rules::affects(clearance, &held, kinds, starts_at.london_day());
        affects.then_some(SessionAtRisk { session_id, starts_at, opportunity_id, service_id, names })
    };
    Ok(found.into_iter().filter_map(|found| affected(found.row.0)).collect())
}
