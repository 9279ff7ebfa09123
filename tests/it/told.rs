//! The table of who is told: it has every step of every life cycle, and the demonstration tells what it says, no more.

use std::collections::BTreeSet;

use involvement::deliveries::told::{NOBODY, Superseded, TABLE};
use involvement::features::FEATURES;

use crate::support::{App, books};

/// Every step of every life cycle, as the audit record calls it. A supplementary claim is a claim.
fn steps() -> BTreeSet<(&'static str, &'static str)> {
    let lives = FEATURES.iter().flat_map(|feature| feature.lives).map(|lived| lived.life);
    let steps = lives.flat_map(|life| life.steps().into_iter().map(move |(_, verb, _)| (life.resource(), verb)));
    steps.map(|(resource, verb)| (resource.strip_prefix("supplementary ").unwrap_or(resource), verb)).collect()
}

#[test]
fn every_step_of_every_life_cycle_says_who_is_told() {
    let told: BTreeSet<(&str, &str)> = TABLE.iter().map(|row| (row.resource, row.change)).collect();
    let nobody: BTreeSet<(&str, &str)> =
        NOBODY.iter().flat_map(|(resource, steps)| steps.iter().map(|step| (*resource, *step))).collect();
    let steps = steps();
    assert_eq!(
        steps.iter().filter(|step| !told.contains(*step) && !nobody.contains(*step)).collect::<Vec<_>>(),
        Vec::<&(&str, &str)>::new()
    );
    assert_eq!(told.intersection(&nobody).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    assert_eq!(nobody.difference(&steps).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    let others = ["create", "change", "remove", "the passing of time"];
    let strange = told.iter().filter(|(resource, change)| {
        let known = FEATURES.iter().flat_map(|feature| feature.resources).any(|it| it.name == *resource);
        !known || !(steps.contains(&(*resource, *change)) || others.contains(change))
    });
    assert_eq!(strange.collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
}

fn texts(app: &App, sql: &str) -> Vec<String> {
    let rows = books::ask(app, &format!("SELECT it.text FROM ({sql}) AS it (text)"));
    rows.iter().map(|row| row["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// What the demonstration told and took back, with what changed in the same request.
const TOLD: &str = "\
SELECT DISTINCT d.about || ' of ' || d.subject_type || ' with ' || array_to_string(ARRAY(
    SELECT DISTINCT c.resource_type || ' ' || c.action FROM audit_records c
    WHERE c.request_id = a.request_id AND c.resource_type <> 'delivery' ORDER BY 1), ',')
FROM audit_records a JOIN deliveries d ON d.id = a.resource_id
WHERE a.resource_type = 'delivery' AND a.action = 'create' ORDER BY 1";

#[test]
fn the_demonstration_tells_what_the_table_says_and_no_more() {
    let app = App::demonstration();
    let told = texts(&app, TOLD);
    assert!(told.len() > 15, "{told:?}");
    for one in &told {
        let (about, changes) = one.split_once(" with ").unwrap();
        let changes: Vec<&str> = changes.split(',').collect();
        let row = TABLE.iter().find(|row| {
            let named = row.about.map(|(about, record)| format!("{about} of {record}"));
            let happened = changes.contains(&format!("{} {}", row.resource, row.change).as_str());
            named.as_deref() == Some(about) && (happened || row.change == "the passing of time")
        });
        // What a message says of other sessions is said anew where it also told of one that changed.
        let anew = about.ends_with(" of session")
            && TABLE.iter().any(|row| {
                row.superseded == Superseded::News
                    && changes.contains(&format!("{} {}", row.resource, row.change).as_str())
            });
        assert!(row.is_some() || anew, "no row for {one}");
    }
    // What was taken back has a reason in the table, too.
    let back = "SELECT DISTINCT c.resource_type || ' ' || c.action FROM audit_records a JOIN audit_records c USING (request_id)
        WHERE a.resource_type = 'delivery' AND a.action = 'overtake' AND c.resource_type <> 'delivery'";
    let causes = texts(&app, back);
    let takes = TABLE.iter().filter(|row| row.superseded != Superseded::None);
    let takes: BTreeSet<String> = takes.map(|row| format!("{} {}", row.resource, row.change)).collect();
    assert!(causes.iter().any(|cause| takes.contains(cause)), "{causes:?}");
}
