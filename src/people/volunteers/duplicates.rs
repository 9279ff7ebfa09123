//! Possible duplicates: volunteers who share an e-mail address or a telephone number.
//! Nothing is merged automatically; an involvement lead decides (`merging`).

use std::collections::BTreeMap;

use crate::db::prelude::*;
use diesel::sql_types::{Array, Bool, Jsonb, Nullable, Text, Uuid as SqlUuid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Json;
use crate::db::ids::VolunteerId;
use crate::people::volunteers::needs::{CommunicationNeed, ContactWay};
use crate::refusal::Result;
use crate::text::{Email, Phone, phone};
use crate::work::Writer;

// Uses the indexes of `volunteer_profiles` on e-mail address and on the digits of the telephone number: a number is
// looked for in every way in which the same one is written at home (01223 …) and abroad (+44 1223 …, 0044 1223 …,
// +44 (0)1223 …).
const ALIKE: &str = r"
SELECT p.volunteer_id AS id, other.volunteer_id, n.called AS name FROM volunteer_profiles p
CROSS JOIN LATERAL (SELECT regexp_replace(regexp_replace(p.phone, '[^0-9]', '', 'g'), '^(0044|44|00|0)?0?', '') AS digits) d
CROSS JOIN LATERAL (
    SELECT min(alike.volunteer_id::text)::uuid AS volunteer_id FROM (
        SELECT o.volunteer_id FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id AND lower(o.email) = lower(p.email)
        UNION ALL SELECT o.volunteer_id FROM volunteer_profiles o WHERE o.volunteer_id <> p.volunteer_id AND d.digits <> ''
            AND regexp_replace(o.phone, '[^0-9]', '', 'g') = ANY (ARRAY[d.digits, '0' || d.digits, '00' || d.digits,
                '44' || d.digits, '440' || d.digits, '0044' || d.digits, '00440' || d.digits])) alike) other
JOIN volunteer_names n ON n.volunteer_id = other.volunteer_id
WHERE p.volunteer_id = ANY($1)";

#[derive(QueryableByName)]
struct Alike {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
    #[diesel(embed)]
    other: PossibleDuplicate,
}

/// Another record that may be of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, QueryableByName)]
pub struct PossibleDuplicate {
    /// The other volunteer: the one who was added first, where there are several.
    #[diesel(sql_type = SqlUuid)]
    pub volunteer_id: VolunteerId,
    /// What they go by; null once the person is erased.
    #[schema(example = "Grace Mensah")]
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
}

/// The volunteers among these who share their e-mail address or telephone number with somebody else, each with that other;
/// in one statement.
///
/// # Errors
/// Database errors.
pub fn alike_among(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<BTreeMap<VolunteerId, PossibleDuplicate>> {
    let alike: Vec<Alike> = diesel::sql_query(ALIKE).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    Ok(alike.into_iter().map(|alike| (alike.id, alike.other)).collect())
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
}

const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('interest ' || $1, 0)) IS NOT NULL AS locked";

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    #[expect(dead_code, reason = "the lock is what is asked for")]
    locked: bool,
}

const KNOWN_BY: &str = r"
SELECT p.volunteer_id AS id FROM volunteer_profiles p
WHERE regexp_replace(lower(p.legal_name), '\s+', ' ', 'g') = regexp_replace(lower($1), '\s+', ' ', 'g')
    AND ($2 IS NULL OR lower(p.email) = lower($2))
    AND (cardinality($3) = 0 OR regexp_replace(p.phone, '[^0-9]', '', 'g') = ANY ($3))
    AND p.communication_needs @> $4 AND ($5 IS NULL OR p.preferred_contact = $5)";

/// What somebody without a log-in says of who they are.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// Their name.
    pub name: &'s str,
    /// Their e-mail address; this or a telephone number is given.
    pub email: Option<&'s Email>,
    /// Their telephone number.
    pub phone: Option<&'s Phone>,
    /// What they need to be told things.
    pub needs: &'s Json<Vec<CommunicationNeed>>,
    /// How they want to be contacted, if they say so.
    pub preferred_contact: Option<ContactWay>,
}

/// The volunteers of whom all of this is known already: this name, at this e-mail address and telephone number as far as
/// they are given, with these needs. Until the transaction ends, no other one asks for the same: of two that come at once,
/// the second finds what the first wrote.
///
/// # Errors
/// Database errors.
pub fn known_by(writer: &mut Writer<'_>, said: Said<'_>) -> Result<Vec<VolunteerId>> {
    let email = said.email.map(|email| email.as_str().to_lowercase());
    let numbers = said.phone.map(|phone| phone::writings(phone)).unwrap_or_default();
    let at = email.clone().or_else(|| numbers.first().cloned()).unwrap_or_default();
    let _: Locked = diesel::sql_query(LOCK).bind::<Text, _>(at).get_result(writer.conn)?;
    let known: Vec<Known> = diesel::sql_query(KNOWN_BY)
        .bind::<Text, _>(said.name)
        .bind::<Nullable<Text>, _>(email)
        .bind::<Array<Text>, _>(numbers)
        .bind::<Jsonb, _>(said.needs)
        .bind::<Nullable<Text>, _>(said.preferred_contact)
        .load(writer.conn)?;
    Ok(known.into_iter().map(|known| known.id).collect())
}
