//! Who fits an opportunity, for involvement leads.
//! How it is worked out stands in `rules`, how it is said in `words`.

use std::collections::HashMap;

use crate::access::Action;
use crate::clearances::{self, ClearanceKind, Standing};
use crate::clock::Day;
use crate::db::Reader;
use crate::db::ids::{OpportunityId, ServiceId, VolunteerId};
use crate::http::Routes;
use crate::matching::rules::{self, Ask, Candidate};
use crate::matching::store::{self, Profile, Search};
use crate::matching::views::{Match, MatchFilter, Matches};
use crate::matching::words::{self, Asked};
use crate::opportunities::{self, Facts};
use crate::privacy::What;
use crate::refusal::{Done, Refusal};
use crate::text::Line;

/// How many are shown unless said otherwise.
const SHOWN: u8 = 20;

/// Declares the operation.
pub fn routes(routes: &mut Routes) {
    routes.tag("Matching", "Who fits an opportunity, and why; for involvement leads alone.");
    routes.get("/v1/opportunities/{id}/matches", Action::ReadMatches, match_volunteers).says(
        "Who fits an opportunity",
        "Active people who know a service that is looked for, are interested in the kind of activity or have a skill that \
         is looked for; where experience is essential, those who have every essential one. Left out are those with a live \
         expression of interest or agreement here. Best first, each with the reasons and their points: experience of the \
         very service 45, and 10 for each of two more; of the service from another side 15; interest 15; skill 10; what \
         is required and in date on the day 14 (a part for a part, half for what is under way); membership 4; up to 20 \
         are taken for agreements in force (4 each) and sessions of the last 90 days (2 each), so that everyone gets a \
         turn. Of equals, whoever is less involved comes first, then a lot that each opportunity draws anew. A missing \
         clearance keeps nobody out: it may still come. There is no cursor, for a rank is no place that stays: ask for \
         up to 100; `more` says whether others fit, too.",
    );
}

fn match_volunteers(reader: &mut Reader<'_>, id: OpportunityId, filter: &MatchFilter) -> Done<Matches> {
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
    for person in &ids {
        reader.looked(*person, What::Match, Some(id.into()));
    }
    let mut profiles: HashMap<VolunteerId, Profile> =
        profiles.into_iter().map(|profile| (profile.volunteer_id, profile)).collect();
    let standings = clearances::standing_of(reader.conn, &ids, &required, asked.on)?;
    let shown = best.into_iter().zip(standings).filter_map(|(candidate, standings)| {
        let profile = profiles.remove(&candidate.volunteer_id)?;
        Some(view(&asked, &candidate, profile, &standings))
    });
    Ok(Matches { opportunity_id: id, on: asked.on, items: shown.collect(), more })
}

fn asked(reader: &mut Reader<'_>, opportunity: &Facts, required: &[ClearanceKind]) -> Done<Asked> {
    let today = reader.today();
    let first = store::next_session(reader, opportunity.id)?;
    let on: Day = first.unwrap_or_else(|| opportunity.starts_on.map_or(today, |starts_on| starts_on.max(today)));
    let services: Vec<ServiceId> = opportunity.experience_wanted.iter().map(|wanted| wanted.service_id).collect();
    let names: HashMap<ServiceId, Line> = store::names(reader.conn, &services)?.into_iter().collect();
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

fn view(asked: &Asked, candidate: &Candidate, profile: Profile, standings: &[Standing]) -> Match {
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
