//! How the people on a page of applicants fit an opportunity, in one statement for the page. Writes nothing. It may read the
//! tables of all features, as matches do; what was experienced is read only for those who may see it.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Jsonb, Text, Timestamptz, Uuid as SqlUuid};

use crate::clock::Day;
use crate::db::Json;
use crate::db::among::{literal, words};
use crate::db::ids::VolunteerId;
use crate::matching::applicant_views::{ApplicantFit, MetRequirement, RequirementFit, WantedExperience};
use crate::matching::rules;
use crate::matching::store::{accepted, bit};
use crate::opportunities::{ExperienceWanted, OpportunityFacts};
use crate::people::clearances::{self, ClearanceState};
use crate::refusal::Result;
use crate::sessions::SessionStatus;
use crate::text::Label;
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::Reader;

// Each bit of `exact` is one of the wanted experiences, each of `held` and `in_flight` one of the requirements.
static FITS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
WITH asked AS (SELECT COALESCE((SELECT (min(s.starts_at) AT TIME ZONE 'Europe/London')::date FROM sessions s
        WHERE s.opportunity_id = $2 AND s.status = {scheduled} AND s.starts_at >= $3), $4) AS on_day,
    COALESCE((SELECT jsonb_object_agg(n.id, n.name) FROM services n WHERE n.id = ANY($5)), '{{}}') AS names)
SELECT v.id, asked.on_day, asked.names, COALESCE(had.exact, 0) AS exact, COALESCE(p.interests ? $8, false) AS interested,
    COALESCE(p.skills, '[]') AS skills, COALESCE(cleared.held, 0) AS held, COALESCE(cleared.in_flight, 0) AS in_flight
FROM unnest($1::uuid[]) AS v (id) CROSS JOIN asked LEFT JOIN volunteer_profiles p ON p.volunteer_id = v.id
CROSS JOIN LATERAL (SELECT bit_or(w.bit) AS exact FROM unnest($5::uuid[], $6::text[], $7::bigint[]) AS w (service_id, perspective, bit)
    JOIN experiences e ON e.volunteer_id = v.id AND e.service_id = w.service_id AND e.perspective = w.perspective) had
CROSS JOIN LATERAL (SELECT
        bit_or(CASE WHEN c.state IN ({given}) AND (c.issued_on IS NULL OR c.issued_on <= asked.on_day)
            AND (c.policy_expires_on IS NULL OR c.policy_expires_on >= asked.on_day) THEN r.bit ELSE 0 END) AS held,
        bit_or(CASE WHEN c.state IN ({under_way}) OR (c.state IN ({given}) AND c.issued_on > asked.on_day) THEN r.bit ELSE 0 END) AS in_flight
    FROM unnest($9::bigint[], $10::text[]) AS r (bit, kind) JOIN clearances c ON c.volunteer_id = v.id AND c.kind = r.kind) cleared",
        scheduled = literal(SessionStatus::Scheduled),
        given = words(ClearanceState::GIVEN),
        under_way = words(ClearanceState::UNDER_WAY),
    )
});

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: VolunteerId,
    #[diesel(sql_type = Date)]
    on_day: Day,
    #[diesel(sql_type = Jsonb)]
    names: Json<BTreeMap<String, String>>,
    #[diesel(sql_type = BigInt)]
    exact: i64,
    #[diesel(sql_type = Bool)]
    interested: bool,
    #[diesel(sql_type = Jsonb)]
    skills: Json<Vec<Label>>,
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    in_flight: i64,
}

/// How each of these people fits the opportunity. Experience is read only where it is asked for.
pub(super) fn of(
    reader: &mut Reader<'_>,
    opportunity: &OpportunityFacts,
    people: &[VolunteerId],
    with_experience: bool,
) -> Result<HashMap<VolunteerId, ApplicantFit>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let (now, today) = (reader.now(), reader.today());
    let first_day = opportunity.starts_on.map_or(today, |starts_on| starts_on.max(today));
    let wanted: &[ExperienceWanted] = if with_experience { &opportunity.experience_wanted } else { &[] };
    let required = clearances::required(&opportunity.clearances_required, &opportunity.training_required);
    let (bits, kinds) = accepted(&required);
    let rows: Vec<Row> = diesel::sql_query(FITS.as_str())
        .bind::<Array<SqlUuid>, _>(people)
        .bind::<SqlUuid, _>(opportunity.id)
        .bind::<Timestamptz, _>(now)
        .bind::<Date, _>(first_day)
        .bind::<Array<SqlUuid>, _>(wanted.iter().map(|wanted| wanted.service_id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(wanted.iter().map(|wanted| wanted.perspective).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>((0..wanted.len()).map(bit).collect::<Vec<_>>())
        .bind::<Text, _>(opportunity.kind)
        .bind::<Array<BigInt>, _>(bits)
        .bind::<Array<Text>, _>(kinds)
        .load(reader.conn)?;
    let phrases = opportunity.skills.as_deref().map(rules::phrases).unwrap_or_default();
    let fit = |row: Row| {
        let experience = with_experience.then(|| experience(wanted, &row));
        let requirements = requirements(&required, (row.held, row.in_flight));
        let skills = row.skills.0.into_iter().filter(|skill| phrases.contains(&skill.to_lowercase())).collect();
        (row.id, ApplicantFit { on: row.on_day, experience, interested: row.interested, skills, requirements })
    };
    Ok(rows.into_iter().map(fit).collect())
}

fn experience(wanted: &[ExperienceWanted], row: &Row) -> Vec<WantedExperience> {
    let one = |(place, wanted): (usize, &ExperienceWanted)| WantedExperience {
        service_id: wanted.service_id,
        service_name: row.names.0.get(&wanted.service_id.to_string()).cloned().unwrap_or_default(),
        perspective: wanted.perspective,
        essential: wanted.essential,
        met: row.exact & bit(place) != 0,
    };
    wanted.iter().enumerate().map(one).collect()
}

fn requirements(required: &[ClearanceKind], (held, in_flight): (i64, i64)) -> Vec<MetRequirement> {
    let one = |(place, kind): (usize, &ClearanceKind)| {
        let status = match (held & bit(place) != 0, in_flight & bit(place) != 0) {
            (true, _) => RequirementFit::Met,
            (false, true) => RequirementFit::UnderWay,
            (false, false) => RequirementFit::Missing,
        };
        MetRequirement { kind: kind.clone(), status }
    };
    required.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::store::MOST;
    use crate::opportunities::views::OpportunityContent;

    /// The most items that a list of an opportunity may have.
    fn most(list: &str) -> usize {
        let schema = serde_json::to_value(<OpportunityContent as utoipa::PartialSchema>::schema()).unwrap();
        let found = schema.pointer(&format!("/properties/{list}/maxItems"));
        found.and_then(serde_json::Value::as_u64).and_then(|most| usize::try_from(most).ok()).expect(list)
    }

    #[test]
    fn every_list_that_may_be_asked_for_has_a_bit_for_each_item() {
        assert!(most("experience_wanted") <= MOST);
        assert!(most("clearances_required") + most("training_required") <= MOST);
        assert_eq!((bit(0), bit(MOST - 1).count_ones(), bit(MOST)), (1, 1, 0));
    }
}
