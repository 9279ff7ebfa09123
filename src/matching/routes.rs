//! The operation that matches volunteers to an opportunity, for involvement leads.
//! The score is in `rules`, the reasons in words are in `words`.

use std::collections::HashMap;

use crate::access::Action;
use crate::clock::Day;
use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::http::Routes;
use crate::matching::applicants;
use crate::matching::rules::{self, Ask, Candidate};
use crate::matching::store::{self, Profile, Search};
use crate::matching::views::{Match, MatchFilter, Matches};
use crate::matching::words::{self, Asked};
use crate::opportunities::{self, OpportunityFacts};
use crate::people::clearances::{self, RequirementStatus};
use crate::refusal::{Refusal, Result};
use crate::text::ShortText;
use crate::vocabulary::clearance::ClearanceKind;
use crate::work::Reader;

/// How many people are shown by default.
const SHOWN: u8 = 20;

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    applicants::routes(routes);
    routes.tag("Matching", "Which volunteers fit an opportunity, and why. For involvement leads only.");
    routes.get("/v1/opportunities/{id}/matches", Action::ReadMatches, match_volunteers).without_etag().describe(
        "Match volunteers to an opportunity",
        "Active volunteers who have experience of a service that is wanted, are interested in the kind of activity or have \
         a skill that is wanted; if experience is essential, only those who have all essential experience. People with an \
         open expression of interest or agreement for this opportunity are left out.\n\n\
         The best match comes first. Each person has a score, which is the sum of the points of its reasons: 45 for \
         experience of a service from the perspective that is wanted, and 10 each for up to two more; 15 for experience \
         from another perspective only; 15 for interest; 10 for a skill; 14 for having everything required on the day (in \
         proportion for a part of it, half for what is under way); 4 for membership. Up to 20 points are taken off for \
         recent involvement, so that everyone gets a turn: 4 for each agreement in force and 2 for each session attended \
         in the last 90 days. Of people with the same score, whoever is less involved comes first; after that, lots are \
         drawn anew for each opportunity.\n\n\
         A missing clearance excludes nobody, because it may still arrive. There is no cursor, because ranks can change \
         between requests: ask for up to 100 people; `more` says whether others fit, too.",
    );
}

fn match_volunteers(reader: &mut Reader<'_>, id: OpportunityId, filter: &MatchFilter) -> Result<Matches> {
    let opportunity = opportunities::visible(reader, id)?.ok_or_else(Refusal::not_found)?;
    let required = clearances::required(&opportunity.clearances_required, &opportunity.training_required);
    let asked = asked(reader, &opportunity, &required)?;
    let search = Search {
        opportunity: id,
        kind: opportunity.kind,
        wanted: &opportunity.experience_wanted,
        phrases: asked.phrases.iter().cloned().collect(),
        required: &required,
        on: asked.on,
    };
    let limit = usize::from(filter.limit.unwrap_or(SHOWN));
    let candidates = store::candidates(reader, &search)?;
    let more = candidates.len() > limit;
    let best = rules::best((asked.ask, id), candidates, limit, |people| store::add_facts(reader, &search, people))?;
    let ids: Vec<VolunteerId> = best.iter().map(|candidate| candidate.volunteer_id).collect();
    let profiles = store::profiles(reader.conn, &ids)?;
    let mut profiles: HashMap<VolunteerId, Profile> =
        profiles.into_iter().map(|profile| (profile.volunteer_id, profile)).collect();
    let standings = clearances::standing_of(reader.conn, &ids, &required, asked.on)?;
    let shown = best.into_iter().zip(standings).filter_map(|(candidate, standings)| {
        let profile = profiles.remove(&candidate.volunteer_id)?;
        Some(view(&asked, &candidate, profile, &standings))
    });
    Ok(Matches { opportunity_id: id, on: asked.on, items: shown.collect(), more })
}

fn asked(reader: &mut Reader<'_>, opportunity: &OpportunityFacts, required: &[ClearanceKind]) -> Result<Asked> {
    let today = reader.today();
    let first = store::next_session(reader, opportunity.id)?;
    let on: Day = first.unwrap_or_else(|| opportunity.starts_on.map_or(today, |starts_on| starts_on.max(today)));
    let services: Vec<ServiceId> = opportunity.experience_wanted.iter().map(|wanted| wanted.service_id).collect();
    let names: HashMap<ServiceId, ShortText> = store::names(reader.conn, &services)?.into_iter().collect();
    let name = |service: &ServiceId| names.get(service).cloned().unwrap_or_default();
    let wanted = opportunity.experience_wanted.iter().map(|wanted| (name(&wanted.service_id), wanted.perspective));
    Ok(Asked {
        wanted: wanted.collect(),
        kind: opportunity.kind,
        phrases: opportunity.skills.as_deref().map(rules::phrases).unwrap_or_default(),
        ask: Ask { required: i32::try_from(required.len()).unwrap_or(i32::MAX) },
        on,
        today,
    })
}

fn view(asked: &Asked, candidate: &Candidate, profile: Profile, standings: &[RequirementStatus]) -> Match {
    Match {
        volunteer_id: candidate.volunteer_id,
        score: rules::score(asked.ask, candidate),
        reasons: words::reasons(asked, candidate, &profile),
        missing: standings.iter().filter_map(|standing| words::lack(asked, standing)).collect(),
        cautions: standings.iter().filter_map(words::caution).collect(),
        agreements_in_force: candidate.agreements,
        sessions_lately: candidate.sessions,
        preferred_name: profile.called,
        preferred_contact: profile.preferred_contact,
        communication_alerts: profile.communication_alerts,
    }
}
