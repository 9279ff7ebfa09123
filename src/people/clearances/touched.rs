//! Future sessions that require a clearance which will have expired by then, where the volunteer has no other that
//! meets it. Whether another clearance meets it is decided in `rules`.

use diesel::prelude::*;
use diesel::sql_types::{Date, Jsonb, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::ids::{OpportunityId, ServiceId, SessionId, VolunteerId};
use crate::people::clearances::views::NewClearance;
use crate::people::clearances::{kinds_of, rules, store};
use crate::refusal::Done;
use crate::text::Word;
use crate::vocabulary::clearance::Required;
use crate::work::Reader;

/// A future session that requires a clearance which will have expired by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionAtRisk {
    /// Session that is affected.
    pub session_id: SessionId,
    /// When the session starts.
    pub starts_at: Instant,
    /// Opportunity that the session belongs to.
    pub opportunity_id: OpportunityId,
    /// Service that runs the opportunity.
    pub service_id: ServiceId,
}

// Sessions after a day that the volunteer is to attend and that require any clearance.
const TO_COME: &str = "\
SELECT jsonb_build_object('session_id', session_id, 'starts_at', starts_at, 'opportunity_id', opportunity_id, 'service_id', service_id,
    'required', clearances_required, 'training', training_required) AS row
FROM sessions_to_attend
WHERE volunteer_id = $1 AND starts_at >= ($2 + 1)::timestamp AT TIME ZONE 'Europe/London'
ORDER BY starts_at, session_id LIMIT 200";

#[derive(Debug, QueryableByName)]
struct Found {
    #[diesel(sql_type = Jsonb)]
    row: Json<ToCome>,
}

#[derive(Debug, Deserialize)]
struct ToCome {
    session_id: SessionId,
    starts_at: Instant,
    opportunity_id: OpportunityId,
    service_id: ServiceId,
    required: Vec<Required>,
    training: Vec<Word>,
}

/// The sessions that the end of a clearance affects, at most 200, earliest first; none where it does not expire.
pub(super) fn by_expiry(
    reader: &mut Reader<'_>,
    of: VolunteerId,
    clearance: &NewClearance,
) -> Done<Vec<SessionAtRisk>> {
    let Some(last) = clearance.policy_expires_on else { return Ok(Vec::new()) };
    let after: Day = last.max(reader.today().plus_days(-1));
    let found: Vec<Found> =
        diesel::sql_query(TO_COME).bind::<SqlUuid, _>(of).bind::<Date, _>(after).load(reader.conn)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let held = store::held(reader.conn, of)?;
    let touched = |ToCome { session_id, starts_at, opportunity_id, service_id, required, training }: ToCome| {
        let kinds = kinds_of(&required, &training);
        rules::touches(clearance, &held, kinds, starts_at.london_day()).then_some(SessionAtRisk {
            session_id,
            starts_at,
            opportunity_id,
            service_id,
        })
    };
    Ok(found.into_iter().filter_map(|found| touched(found.row.0)).collect())
}
