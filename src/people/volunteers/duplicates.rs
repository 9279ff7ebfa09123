//! Possible duplicates: volunteers who share an e-mail address or a telephone number.
//! Nothing is merged automatically; an involvement lead decides.

use std::collections::BTreeSet;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;
use crate::refusal::Result;

// Uses the indexes of `volunteer_profiles` on e-mail address and on the digits of the telephone number: a number is
// looked for in every way in which the same one is written at home (01223 …) and abroad (+44 1223 …, 0044 1223 …,
// +44 (0)1223 …).
const ALIKE: &str = r"
SELECT p.volunteer_id AS id FROM volunteer_profiles p
CROSS JOIN LATERAL (SELECT regexp_replace(regexp_replace(p.phone, '[^0-9]', '', 'g'), '^(0044|44|00|0)?0?', '') AS digits) n
WHERE p.volunteer_id = ANY($1) AND (
    EXISTS (SELECT 1 FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id AND lower(o.email) = lower(p.email))
    OR EXISTS (SELECT 1 FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id AND n.digits <> ''
        AND regexp_replace(o.phone, '[^0-9]', '', 'g') = ANY (ARRAY[n.digits, '0' || n.digits, '00' || n.digits,
            '44' || n.digits, '440' || n.digits, '0044' || n.digits, '00440' || n.digits])))";

#[derive(QueryableByName)]
struct Alike {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
}

/// The volunteers among these who share their e-mail address or telephone number with somebody else; in one statement.
///
/// # Errors
/// Database errors.
pub fn alike_among(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<BTreeSet<VolunteerId>> {
    let alike: Vec<Alike> = diesel::sql_query(ALIKE).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(alike.into_iter().map(|alike| alike.id).collect())
}
