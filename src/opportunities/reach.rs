//! Which opportunities a grant lets the caller see: all, those of the caller's services, those published, or those in
//! which they take part.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;

/// Limits a query to what the grant allows: all, those of the caller's services, or those published or in which they
/// take part.
macro_rules! reached {
    ($query:expr, $grant:expr, $now:expr) => {{
        use $crate::db::schema::{opportunities, services};
        use $crate::opportunities::reach::answered;
        use $crate::opportunities::status::OpportunityStatus;
        let (query, grant, now): (_, &$crate::access::Grant, $crate::clock::Instant) = ($query, $grant, $now);
        if grant.all() {
            query
        } else {
            let own = services::table.filter(services::code.eq_any(grant.services().to_vec())).select(services::id);
            let query = query.filter(opportunities::service_id.eq_any(own));
            match grant.own() {
                None => query,
                Some(volunteer) => query
                    .or_filter(
                        opportunities::status.eq(OpportunityStatus::Published).and(opportunities::closes_at.gt(now)),
                    )
                    .or_filter(answered(volunteer)),
            }
        }
    }};
}

pub(super) use reached;

type Own = AsExprOf<VolunteerId, SqlUuid>;
type Answered = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, Own>>;

/// Condition that a person had an answer or an agreement there. The view is made beside the tables of expressions and
/// agreements, which stand above this feature.
pub(super) fn answered(own: VolunteerId) -> Answered {
    sql::<Bool>("opportunities.id IN (SELECT opportunity_id FROM answered_volunteers WHERE volunteer_id = ")
        .bind::<SqlUuid, _>(own)
        .sql(")")
}
