//! Reads the facts about volunteers who may fit, in one query, and then the profiles of those who are shown. Writes
//! nothing. It may read the tables of all features, because a page of matches is one statement. `rules` turns the facts
//! into points.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Text, Timestamptz, Uuid as SqlUuid};

use crate::agreements::AgreementStatus;
use crate::clock::{Day, Instant};
use crate::db::Json;
use crate::db::among::words;
use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::db::schema::{services, sessions, volunteer_profiles};
use crate::expressions::ExpressionStatus;
use crate::matching::rules::{Candidate, LATELY_DAYS};
use crate::opportunities::ExperienceWanted;
use crate::people::clearances::ClearanceState;
use crate::people::volunteers::{CommunicationNeed, ContactWay, Membership, VolunteerStatus};
use crate::refusal::Result;
use crate::sessions::SessionStatus;
use crate::text::{Label, ShortText};
use crate::vocabulary::clearance::ClearanceKind;
use crate::vocabulary::opportunity::OpportunityKind;
use crate::work::Reader;

/// What volunteers are searched by.
#[derive(Debug)]
pub struct Search<'o> {
    /// Opportunity to match.
    pub opportunity: OpportunityId,
    /// Kind of activity.
    pub kind: OpportunityKind,
    /// Lived experience that is wanted.
    pub wanted: &'o [ExperienceWanted],
    /// Phrases of the skills that are wanted.
    pub phrases: Vec<String>,
    /// Clearances and training that are required, each once.
    pub required: &'o [ClearanceKind],
    /// Day on which requirements must be met.
    pub on: Day,
}

// Experience, interest and skill each find people by their own index; only then are their other facts read. If some
// experience is essential, it alone finds people, and the rest is read of these few. Each bit of `exact` and `known`
// is one of the wanted experiences.
static CANDIDATES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH known AS (
    SELECT e.volunteer_id, coalesce(bit_or(w.bit) FILTER (WHERE w.perspective = e.perspective), 0) AS exact, bit_or(w.bit) AS known
    FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS w (service_id, perspective, bit)
    JOIN experiences e ON e.service_id = w.service_id GROUP BY e.volunteer_id
), interested AS (
    SELECT volunteer_id FROM volunteer_profiles WHERE interests ? $5 AND $4 = 0
), skilled AS (
    SELECT volunteer_id FROM volunteer_profiles WHERE lower(skills::text)::jsonb ?| $6 AND $4 = 0
), fitting AS (
    SELECT volunteer_id FROM known WHERE (exact & $4) = $4 UNION SELECT volunteer_id FROM interested UNION SELECT volunteer_id FROM skilled
), agreed AS (
    SELECT volunteer_id, count(*)::int AS agreements FROM agreements WHERE status IN ({in_force}) GROUP BY volunteer_id
)
SELECT v.id, coalesce(known.exact, 0) AS exact, coalesce(known.known, 0) AS known,
    CASE WHEN $4 = 0 THEN interested.volunteer_id IS NOT NULL ELSE p.interests ? $5 END AS interested,
    CASE WHEN $4 = 0 THEN skilled.volunteer_id IS NOT NULL ELSE lower(p.skills::text)::jsonb ?| $6 END AS skilled,
    p.memberships <> '[]' AS member, coalesce(agreed.agreements, 0) AS agreements
FROM fitting f
JOIN volunteers v ON v.id = f.volunteer_id AND v.status = '{active}'
JOIN volunteer_profiles p ON p.volunteer_id = v.id
LEFT JOIN known ON known.volunteer_id = v.id
LEFT JOIN interested ON interested.volunteer_id = v.id
LEFT JOIN skilled ON skilled.volunteer_id = v.id
LEFT JOIN agreed ON agreed.volunteer_id = v.id
WHERE NOT EXISTS (SELECT 1 FROM expressions x WHERE x.opportunity_id = $7 AND x.volunteer_id = v.id
        AND x.status IN ({interested}) AND NOT (x.status = '{offered}' AND x.respond_by IS NOT NULL AND x.respond_by <= $8))
    AND NOT EXISTS (SELECT 1 FROM agreements a WHERE a.opportunity_id = $7 AND a.volunteer_id = v.id AND a.status IN ({agreed}))",
        in_force = words(AgreementStatus::IN_FORCE),
        active = VolunteerStatus::Active,
        interested = words(ExpressionStatus::OPEN),
        offered = ExpressionStatus::Offered,
        agreed = words(AgreementStatus::OPEN),
    )
});

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
    #[diesel(sql_type = BigInt)]
    exact: i64,
    #[diesel(sql_type = BigInt)]
    known: i64,
    #[diesel(sql_type = Bool)]
    interested: bool,
    #[diesel(sql_type = Bool)]
    skilled: bool,
    #[diesel(sql_type = Bool)]
    member: bool,
    #[diesel(sql_type = Integer)]
    agreements: i32,
}

/// A position in a list as one bit, of 63: an opportunity has no list that is longer, for its schema allows at most 50 wanted
/// experiences, and 20 clearances with 40 trainings. Beyond, nothing is ever met.
pub(super) fn bit(place: usize) -> i64 {
    if place < MOST { 1 << place } else { 0 }
}

/// Bits of a number that is not negative.
pub(super) const MOST: usize = 63;

/// All active volunteers who fit and do not take part yet, with the best values that they could have: as if they met
/// every requirement and had attended no session lately.
pub fn candidates(reader: &mut Reader<'_>, search: &Search<'_>) -> Result<Vec<Candidate>> {
    let now: Instant = reader.now();
    let bits: Vec<i64> = (0..search.wanted.len()).map(bit).collect();
    let essential = search.wanted.iter().zip(&bits).filter(|(wanted, _)| wanted.essential);
    let rows: Vec<Row> = diesel::sql_query(CANDIDATES.as_str())
        .bind::<Array<SqlUuid>, _>(search.wanted.iter().map(|wanted| wanted.service_id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(search.wanted.iter().map(|wanted| wanted.perspective).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(&bits)
        .bind::<BigInt, _>(essential.fold(0, |all, (_, bit)| all | bit))
        .bind::<Text, _>(search.kind)
        .bind::<Array<Text>, _>(&search.phrases)
        .bind::<SqlUuid, _>(search.opportunity)
        .bind::<Timestamptz, _>(now)
        .load(reader.conn)?;
    let everything = (0..search.required.len()).map(bit).fold(0, |all, bit| all | bit);
    let at_their_best = |row: Row| Candidate {
        volunteer_id: row.id,
        exact: row.exact,
        known: row.known,
        interested: row.interested,
        skilled: row.skilled,
        member: row.member,
        held: everything,
        in_flight: 0,
        agreements: row.agreements,
        sessions: 0,
    };
    Ok(rows.into_iter().map(at_their_best).collect())
}

/// Every kind that meets a requirement, with the bit of that requirement: a higher DBS level meets a lower one.
pub(super) fn accepted(required: &[ClearanceKind]) -> (Vec<i64>, Vec<String>) {
    const LEVELS: [&str; 4] = ["dbs_basic", "dbs_standard", "dbs_enhanced", "dbs_enhanced_barred"];
    let mut meets = (Vec::new(), Vec::new());
    for (place, kind) in required.iter().enumerate() {
        let others = LEVELS.iter().map(|level| ClearanceKind((*level).to_owned())).filter(|level| level != kind);
        for one in others.filter(|level| level.satisfies(kind)).chain([kind.clone()]) {
            meets.0.push(bit(place));
            meets.1.push(one.0);
        }
    }
    meets
}

// Each bit of `held` and `in_flight` is one of the requirements.
static FACTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH cleared AS (
    SELECT c.volunteer_id, bit_or(CASE WHEN c.state IN ({given}) AND (c.issued_on IS NULL OR c.issued_on <= $4)
            AND (c.policy_expires_on IS NULL OR c.policy_expires_on >= $4) THEN r.bit ELSE 0 END) AS held,
        bit_or(CASE WHEN c.state IN ({under_way})
            OR (c.state IN ({given}) AND c.issued_on > $4) THEN r.bit ELSE 0 END) AS in_flight
    FROM unnest($2::bigint[], $3::text[]) AS r (bit, kind) JOIN clearances c ON c.kind = r.kind AND c.volunteer_id = ANY($1)
    GROUP BY c.volunteer_id
), given AS (
    SELECT t.volunteer_id, count(*)::int AS sessions FROM attendances t JOIN sessions s ON s.id = t.session_id
    WHERE t.volunteer_id = ANY($1) AND t.outcome IN ('attended', 'left_early') AND s.starts_at >= $5 AND s.starts_at <= $6
    GROUP BY t.volunteer_id
)
SELECT coalesce(cleared.volunteer_id, given.volunteer_id) AS id, coalesce(cleared.held, 0) AS held,
    coalesce(cleared.in_flight, 0) AS in_flight, coalesce(given.sessions, 0) AS sessions
FROM cleared FULL JOIN given ON given.volunteer_id = cleared.volunteer_id",
        given = words(ClearanceState::GIVEN),
        under_way = words(ClearanceState::UNDER_WAY),
    )
});

#[derive(QueryableByName)]
struct FactsRow {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    in_flight: i64,
    #[diesel(sql_type = Integer)]
    sessions: i32,
}

/// Sets which requirements these people meet, and how many sessions they attended lately.
pub fn add_facts(reader: &mut Reader<'_>, search: &Search<'_>, people: &mut [Candidate]) -> Result<()> {
    let (bits, kinds) = accepted(search.required);
    let rows: Vec<FactsRow> = diesel::sql_query(FACTS.as_str())
        .bind::<Array<SqlUuid>, _>(people.iter().map(|person| person.volunteer_id).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(bits)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Date, _>(search.on)
        .bind::<Timestamptz, _>(reader.today().plus_days(-LATELY_DAYS).starts_at())
        .bind::<Timestamptz, _>(reader.now())
        .load(reader.conn)?;
    let facts: HashMap<VolunteerId, FactsRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    for person in people {
        let known = facts.get(&person.volunteer_id);
        (person.held, person.in_flight, person.sessions) =
            known.map_or((0, 0, 0), |row| (row.held, row.in_flight, row.sessions));
    }
    Ok(())
}

/// What is shown of a volunteer.
#[derive(Debug)]
pub struct Profile {
    /// Volunteer that the profile belongs to.
    pub volunteer_id: VolunteerId,
    /// Name that the person goes by.
    pub called: String,
    /// Contact method that the person prefers.
    pub preferred_contact: ContactWay,
    /// Communication needs in words.
    pub communication_alerts: Vec<String>,
    /// Skills of the person.
    pub skills: Vec<Label>,
    /// Groups of which the person is a member.
    pub memberships: BTreeSet<Membership>,
}

type ProfileRow = (
    VolunteerId,
    ShortText,
    Option<ShortText>,
    ContactWay,
    Json<Vec<CommunicationNeed>>,
    Json<Vec<Label>>,
    Json<BTreeSet<Membership>>,
);

/// The profiles of these people, in one query.
pub fn profiles(conn: &mut PgConnection, ids: &[VolunteerId]) -> Result<Vec<Profile>> {
    let rows: Vec<ProfileRow> = volunteer_profiles::table
        .filter(volunteer_profiles::volunteer_id.eq_any(ids))
        .select((
            volunteer_profiles::volunteer_id,
            volunteer_profiles::legal_name,
            volunteer_profiles::preferred_name,
            volunteer_profiles::preferred_contact,
            volunteer_profiles::communication_needs,
            volunteer_profiles::skills,
            volunteer_profiles::memberships,
        ))
        .load(conn)?;
    let profile =
        |(volunteer_id, legal, preferred, preferred_contact, needs, skills, memberships): ProfileRow| Profile {
            volunteer_id,
            called: preferred.unwrap_or(legal).into(),
            preferred_contact,
            communication_alerts: needs.0.iter().map(CommunicationNeed::alert).collect(),
            skills: skills.0,
            memberships: memberships.0,
        };
    Ok(rows.into_iter().map(profile).collect())
}

/// The day in London of the next scheduled session.
pub fn next_session(reader: &mut Reader<'_>, opportunity: OpportunityId) -> Result<Option<Day>> {
    let now = reader.now();
    let next: Option<Instant> = sessions::table
        .filter(sessions::opportunity_id.eq(opportunity))
        .filter(sessions::status.eq(SessionStatus::Scheduled))
        .filter(sessions::starts_at.ge(now))
        .select(diesel::dsl::min(sessions::starts_at))
        .first(reader.conn)?;
    Ok(next.map(Instant::london_day))
}

/// The names of these services.
pub fn names(conn: &mut PgConnection, ids: &[ServiceId]) -> Result<Vec<(ServiceId, ShortText)>> {
    Ok(services::table.filter(services::id.eq_any(ids)).select((services::id, services::name)).load(conn)?)
}
