//! Which opportunities a grant lets the caller see: all, those of the caller's services, those published, or those in
//! which they take part.

use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};

use crate::access::Grant;
use crate::clock::Instant;
use crate::db::among::literal;
use crate::db::ids::VolunteerId;
use crate::opportunities::status::OpportunityStatus;

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

/// The same for a volunteer as one set of ids, which is gathered and then put in order: what is open, what they take part in,
/// and what their services have if they work here. In the order of closing, all that is closed comes before, and PostgreSQL
/// would go through it row by row.
pub(super) fn gathered(own: VolunteerId, grant: &Grant, now: Instant) -> Gathered {
    let published = literal(OpportunityStatus::Published);
    let open = format!(
        "opportunities.id IN (SELECT o.id FROM opportunities o WHERE o.status = {published} AND o.closes_at > "
    );
    sql::<Bool>(&open)
        .bind::<Timestamptz, _>(now)
        .sql(" UNION ALL SELECT opportunity_id FROM answered_volunteers WHERE volunteer_id = ")
        .bind::<SqlUuid, _>(own)
        .sql(" UNION ALL SELECT o.id FROM services s JOIN opportunities o ON o.service_id = s.id WHERE s.code = ANY(")
        .bind::<Array<Text>, _>(grant.services().to_vec())
        .sql("))")
}

type Own = AsExprOf<VolunteerId, SqlUuid>;
type Open = UncheckedBind<SqlLiteral<Bool>, AsExprOf<Instant, Timestamptz>>;
type OpenOrOwn = UncheckedBind<SqlLiteral<Bool, Open>, Own>;
type Gathered = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool, OpenOrOwn>, AsExprOf<Vec<String>, Array<Text>>>>;
type Answered = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, Own>>;

/// Condition that a person had an answer or an agreement there. The view is made beside the tables of expressions and
/// agreements, which stand above this feature.
pub(super) fn answered(own: VolunteerId) -> Answered {
    sql::<Bool>("opportunities.id IN (SELECT opportunity_id FROM answered_volunteers WHERE volunteer_id = ")
        .bind::<SqlUuid, _>(own)
        .sql(")")
}
