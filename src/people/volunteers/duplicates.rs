//! People who may be one and the same: what reaches one of them reaches another, too.
//! Nobody is joined by it; a lead decides.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};

use crate::db::ids::VolunteerId;
use crate::refusal::Done;

// By the indexes of profiles over both.
const ALIKE: &str = "\
SELECT p.volunteer_id AS id FROM volunteer_profiles p WHERE p.volunteer_id = ANY($1) AND (
    EXISTS (SELECT 1 FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id AND lower(o.email) = lower(p.email))
    OR EXISTS (SELECT 1 FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id
        AND regexp_replace(o.phone, '[^0-9]', '', 'g') = regexp_replace(p.phone, '[^0-9]', '', 'g')))";

#[derive(QueryableByName)]
struct Alike {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
}

/// Those among these people whose e-mail address or telephone number somebody else has, too; in one statement.
///
/// # Errors
/// Those of the database.
pub fn alike_among(conn: &mut PgConnection, ids: &[VolunteerId]) -> Done<BTreeSet<VolunteerId>> {
    let alike: Vec<Alike> = diesel::sql_query(ALIKE).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(alike.into_iter().map(|alike| alike.id).collect())
}
