//! The one table of who is told, against what the service does: it has every change of every record, each of its rows is played,
//! and nothing is told that it does not say. The rows are played in the files of the records that change.

/// The three tests that play the rows of a file.
macro_rules! played {
    ($scenarios:ident) => {
        #[test]
        fn each_row_tells_whom_it_names_and_supersedes_what_it_says() {
            crate::told::walk::once($scenarios);
        }

        #[test]
        fn twice_at_once_everybody_is_told_once() {
            crate::told::walk::twice($scenarios);
        }

        #[test]
        fn whoever_left_hears_of_money_alone_and_whoever_died_or_was_erased_of_nothing() {
            crate::told::walk::gone($scenarios);
        }
    };
}

mod agreements;
mod claims;
mod clearances;
mod expressions;
mod feedback;
mod opportunities;
mod parts;
mod payments;
mod plans;
mod recoveries;
mod seen;
mod sessions;
mod stage;
mod volunteers;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use involvement::deliveries::told::{NOBODY, TABLE, TIME};
use involvement::events::EVENT_TYPES;
use involvement::features::FEATURES;

use crate::support::{App, books};
use walk::Scenario;

/// Every scenario, by the file that it stands in.
const PLAYED: [&[Scenario]; 12] = [
    agreements::SCENARIOS,
    claims::SCENARIOS,
    clearances::SCENARIOS,
    expressions::SCENARIOS,
    feedback::SCENARIOS,
    opportunities::SCENARIOS,
    parts::SCENARIOS,
    payments::SCENARIOS,
    plans::SCENARIOS,
    recoveries::SCENARIOS,
    sessions::SCENARIOS,
    volunteers::SCENARIOS,
];

#[test]
fn every_row_is_played_and_every_scenario_plays_a_row() {
    let mut rows: Vec<String> = TABLE.iter().map(walk::name).collect();
    let mut played: Vec<String> =
        PLAYED.iter().flat_map(|of_file| of_file.iter()).map(|one| one.row.to_owned()).collect();
    rows.sort();
    played.sort();
    assert_eq!(rows, played);
    let once: BTreeSet<&String> = rows.iter().collect();
    assert_eq!(once.len(), rows.len(), "each row has a name of its own");
}

/// What the record calls a change: its resource and its action.
type Changed = (&'static str, &'static str);

/// Every step of every life cycle, with what its event is called. A supplementary claim is a claim.
fn steps() -> BTreeMap<Changed, &'static str> {
    let lives = FEATURES.iter().flat_map(|feature| feature.lives).map(|lived| lived.life);
    let steps = lives.flat_map(|life| {
        let named = life.steps().into_iter().zip(life.events());
        named.map(move |((_, verb, _), event)| ((life.resource(), verb), event))
    });
    let plain = |resource: &'static str| resource.strip_prefix("supplementary ").unwrap_or(resource);
    steps.map(|((resource, verb), event)| ((plain(resource), verb), event)).collect()
}

/// What the event of a change is called that is no step of a life cycle.
fn event((resource, change): Changed) -> &'static str {
    match change {
        "create" => "created",
        "change" => "changed",
        "remove" => "removed",
        "erase" => "erased",
        "expire" => "expired",
        // People stand in a part of these.
        "merge" if ["session", "feedback"].contains(&resource) => "changed",
        "merge" => "moved",
        "receive" => "received",
        "review-needs" => "needs_reviewed",
        "clear-conflict" => "conflict_cleared",
        "attend" => "attended",
        "check" => "checked",
        "replace" => "replaced",
        "revoke" => "revoked",
        "leave" => "ended",
        "lift" => "lifted",
        "apply" => "applied",
        "test" => "tested",
        "rotate-secret" => "secret_rotated",
        "replay" => "replayed",
        other => panic!("nothing is called `{other}` of a {resource}"),
    }
}

/// Every change of which the table says who is told, and every one of which it says that nobody is.
fn said() -> (BTreeSet<Changed>, Vec<Changed>) {
    let told = TABLE.iter().filter(|row| row.change != TIME).map(|row| (row.resource, row.change));
    let groups = NOBODY.iter().flat_map(|(_, untold)| untold.iter());
    let nobody = groups.flat_map(|(records, changes)| {
        records.iter().flat_map(|record| changes.iter().map(|change| (*record, *change)))
    });
    (told.collect(), nobody.collect())
}

#[test]
fn every_change_of_every_record_says_who_is_told_or_why_nobody_is() {
    let (told, untold) = said();
    let nobody: BTreeSet<Changed> = untold.iter().copied().collect();
    assert_eq!(nobody.len(), untold.len(), "each has one reason");
    assert_eq!(told.intersection(&nobody).collect::<Vec<_>>(), Vec::<&Changed>::new());
    let said: BTreeSet<Changed> = told.union(&nobody).copied().collect();
    let steps = steps();
    assert_eq!(steps.keys().filter(|step| !said.contains(*step)).collect::<Vec<_>>(), Vec::<&Changed>::new());
    // Whatever happens to a record makes an event, and the list of events has every kind of them.
    let events: BTreeSet<(&str, &str)> =
        said.iter().map(|one| (one.0, steps.get(one).copied().unwrap_or_else(|| event(*one)))).collect();
    assert_eq!(events, EVENT_TYPES.iter().copied().collect());
    assert!(NOBODY.iter().all(|(why, _)| !why.is_empty()));
}

#[test]
fn the_demonstration_tells_what_the_table_says_and_no_more() {
    let app = App::demonstration();
    assert!(seen::explained(&app) > 15);
    let (told, nobody) = said();
    let known: BTreeSet<Changed> = told.into_iter().chain(nobody).collect();
    for one in books::ask(&app, "SELECT DISTINCT resource_type, action FROM audit_records") {
        let change = (one["resource_type"].as_str().unwrap(), one["action"].as_str().unwrap());
        assert!(known.contains(&change), "{one} is in neither list");
    }
}
