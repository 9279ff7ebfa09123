//! The report on what a member of staff is responsible for as link person, deputy or contact, for when they leave.
//! Handing over is an operation of each feature.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::db::prelude::*;
use diesel::sql_types::Text;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::agreements::AgreementStatus;
use crate::clock::Day;
use crate::db::among::words;
use crate::db::ids::{AgreementId, OpportunityId, PlanId, ServiceId, VolunteerId};
use crate::http::Represent;
use crate::http::answer::shows;
use crate::opportunities::OpportunityStatus;
use crate::people::volunteers::{self, VolunteerStatus};
use crate::plans::PlanStatus;
use crate::refusal::Result;
use crate::reports::rows::Found;
use crate::text::{Email, ShortText};
use crate::work::Reader;
use crate::work::names::EngagementNames;

/// Most records of each kind that are shown.
const MOST: usize = 200;

/// The member of staff.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LinkPersonFilter {
    /// Work e-mail address of the member of staff, in upper or lower case.
    pub link_person_email: Email,
}

/// What a member of staff is responsible for: at most 200 of each kind, newest first, and only what is not finished.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkPersonReport {
    /// Work e-mail address that was asked for.
    pub link_person_email: Email,
    /// Plans whose link person or deputy they are.
    pub plans: Vec<HeldPlan>,
    /// Opportunities whose contact they are.
    pub opportunities: Vec<HeldOpportunity>,
    /// Agreements whose link person they are.
    pub agreements: Vec<HeldAgreement>,
    /// Volunteers whose link person they are.
    pub volunteers: Vec<HeldVolunteer>,
    /// Whether there are more of some kind than are shown.
    pub more: bool,
}

impl Represent for LinkPersonReport {
    shows!(Caseload, |it| {
        let under = it.agreements.iter().map(|agreement| agreement.volunteer_id);
        let people: BTreeSet<VolunteerId> = it.volunteers.iter().map(|person| person.id).chain(under).collect();
        people.into_iter().map(|of| (of, None))
    });
}

/// A plan whose link person or deputy somebody is, in the draft or the approved version.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeldPlan {
    /// Unique identifier (UUIDv7).
    pub id: PlanId,
    /// The service of the plan.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// Status of the plan.
    pub status: PlanStatus,
    /// Title of the plan.
    /// Example: Crisis café redesign
    pub title: ShortText,
    /// Whether they are its link person.
    pub as_link_person: bool,
    /// Whether they are its deputy.
    pub as_deputy: bool,
}

/// An opportunity whose contact somebody is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeldOpportunity {
    /// Unique identifier (UUIDv7).
    pub id: OpportunityId,
    /// The service of the opportunity.
    pub service_id: ServiceId,
    /// Name of the service.
    #[schema(example = "Crisis café")]
    pub service_name: Option<String>,
    /// Status of the opportunity.
    pub status: OpportunityStatus,
    /// Title of the opportunity.
    /// Example: Focus group on the crisis café
    pub title: ShortText,
}

/// An agreement whose link person somebody is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HeldAgreement {
    /// Unique identifier (UUIDv7).
    pub id: AgreementId,
    /// The service of the agreement.
    pub service_id: ServiceId,
    /// The volunteer of the agreement.
    pub volunteer_id: VolunteerId,
    /// The opportunity of the agreement.
    pub opportunity_id: OpportunityId,
    /// Names of the volunteer, the opportunity and the service.
    #[serde(flatten)]
    pub names: EngagementNames,
    /// Status of the agreement.
    pub status: AgreementStatus,
    /// Day on which the next support contact is due, London date; null if none is due or the agreement is not in force.
    pub support_due_on: Option<Day>,
    /// Day on which the induction is due, London date; null if it is completed or there is none.
    pub induction_due_on: Option<Day>,
}

/// A volunteer whose link person somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldVolunteer {
    /// Unique identifier (UUIDv7).
    pub id: VolunteerId,
    /// Status of the volunteer.
    pub status: VolunteerStatus,
    /// Name that the volunteer goes by.
    #[schema(example = "Grace")]
    pub volunteer_name: String,
    /// Communication needs, in words.
    pub communication_alerts: Vec<String>,
}

static PLANS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('id', p.id, 'service_id', p.service_id, 'status', p.status, 'title', p.title,
    'service_name', (SELECT s.name FROM services s WHERE s.id = p.service_id),
    'as_link_person', n.as_link_person, 'as_deputy', n.as_deputy) AS row
FROM plans p LEFT JOIN plan_versions v ON v.plan_id = p.id AND v.number = p.approved_version
CROSS JOIN LATERAL (SELECT
    COALESCE(lower($1) IN (lower(p.points #>> '{{relationships,link_person,email}}'), lower(v.document #>> '{{relationships,link_person,email}}')), false) AS as_link_person,
    COALESCE(lower($1) IN (lower(p.points #>> '{{relationships,deputy,email}}'), lower(v.document #>> '{{relationships,deputy,email}}')), false) AS as_deputy) n
WHERE p.id IN (
    SELECT id FROM plans WHERE lower(points #>> '{{relationships,link_person,email}}') = lower($1)
    UNION ALL SELECT id FROM plans WHERE lower(points #>> '{{relationships,deputy,email}}') = lower($1)
    UNION ALL SELECT plan_id FROM plan_versions WHERE lower(document #>> '{{relationships,link_person,email}}') = lower($1)
    UNION ALL SELECT plan_id FROM plan_versions WHERE lower(document #>> '{{relationships,deputy,email}}') = lower($1))
AND p.status IN ({open}) AND (n.as_link_person OR n.as_deputy)
ORDER BY p.id DESC LIMIT 201",
        open = words(PlanStatus::OPEN),
    )
});

static OPPORTUNITIES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('id', id, 'service_id', service_id, 'status', status, 'title', title,
    'service_name', (SELECT s.name FROM services s WHERE s.id = service_id)) AS row
FROM opportunities WHERE lower(contact ->> 'email') = lower($1) AND status <> '{}' ORDER BY id DESC LIMIT 201",
        OpportunityStatus::Cancelled
    )
});

static AGREEMENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
SELECT jsonb_build_object('id', id, 'service_id', service_id, 'volunteer_id', volunteer_id, 'opportunity_id', opportunity_id, 'status', status,
    'volunteer_name', (SELECT n.called FROM volunteer_names n WHERE n.volunteer_id = g.volunteer_id),
    'opportunity_title', (SELECT n.title FROM opportunity_titles n WHERE n.opportunity_id = g.opportunity_id),
    'service_name', (SELECT s.name FROM services s WHERE s.id = service_id),
    'support_due_on', CASE WHEN status IN ({in_force}) THEN contact_due_on END,
    'induction_due_on', induction_due_on) AS row
FROM supported_agreements g WHERE lower(link_person_email) = lower($1) AND status IN ({open}) ORDER BY id DESC LIMIT 201",
        in_force = words(AgreementStatus::IN_FORCE),
        open = words(AgreementStatus::OPEN),
    )
});

const VOLUNTEERS: &str = "\
SELECT jsonb_build_object('id', v.id) AS row FROM volunteer_profiles p JOIN volunteers_present v ON v.id = p.volunteer_id
WHERE lower(p.link_person ->> 'email') = lower($1) ORDER BY v.id DESC LIMIT 201";

#[derive(Deserialize)]
struct Whom {
    id: VolunteerId,
}

/// The report.
pub(super) fn report_link_person(
    reader: &mut Reader<'_>,
    (): (),
    asked: &LinkPersonFilter,
) -> Result<LinkPersonReport> {
    let email = asked.link_person_email.as_str().to_owned();
    reader.snapshot(|reader| {
        let mut more = false;
        let plans = held(reader, &PLANS, &email, &mut more)?;
        let opportunities = held(reader, &OPPORTUNITIES, &email, &mut more)?;
        let agreements = held(reader, &AGREEMENTS, &email, &mut more)?;
        let people: Vec<Whom> = held(reader, VOLUNTEERS, &email, &mut more)?;
        let ids: Vec<VolunteerId> = people.iter().map(|whom| whom.id).collect();
        let mut people = volunteers::facts_of(reader.conn, &ids)?;
        people.sort_by_key(|person| std::cmp::Reverse(person.id));
        let volunteers = people.into_iter().map(|person| HeldVolunteer {
            id: person.id,
            status: person.status,
            volunteer_name: person.called,
            communication_alerts: person.communication_alerts,
        });
        let link_person_email = asked.link_person_email.clone();
        Ok(LinkPersonReport {
            link_person_email,
            plans,
            opportunities,
            agreements,
            volunteers: volunteers.collect(),
            more,
        })
    })
}

fn held<T: DeserializeOwned>(reader: &mut Reader<'_>, of: &str, email: &str, more: &mut bool) -> Result<Vec<T>> {
    let mut found: Vec<Found> = diesel::sql_query(of).bind::<Text, _>(email).load(reader.conn)?;
    *more |= found.len() > MOST;
    found.truncate(MOST);
    found.into_iter().map(Found::typed).collect()
}
