//! The views by which a feature answers the floors below it have the same words as its lists of statuses.

use std::collections::BTreeSet;
use std::fmt::Display;

use involvement::agreements::AgreementStatus;
use involvement::expressions::ExpressionStatus;
use involvement::people::volunteers::VolunteerStatus;
use involvement::sessions::SessionStatus;

use crate::support::{App, books};

fn words<W: Display>(lists: &[&[W]]) -> BTreeSet<String> {
    lists.iter().flat_map(|list| list.iter()).map(ToString::to_string).collect()
}

#[test]
fn views_have_the_words_of_the_lists_of_statuses() {
    let app = App::start();
    let engaged = words(&[ExpressionStatus::ENGAGED]);
    let in_force = words(&[AgreementStatus::IN_FORCE]);
    let scheduled = words(&[&[SessionStatus::Scheduled]]);
    let union = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.union(b).cloned().collect::<BTreeSet<_>>();
    let wanted = [
        ("agreements_in_force", in_force.clone()),
        ("answered_volunteers", words(&[ExpressionStatus::ANSWERED])),
        ("engaged_volunteers", engaged.clone()),
        ("participants", union(&engaged, &words(&[AgreementStatus::GIVEN]))),
        ("sessions_to_attend", union(&in_force, &scheduled)),
        ("volunteers_present", words(&[VolunteerStatus::PRESENT])),
    ];
    let views = "SELECT viewname AS name, definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1";
    let found: Vec<(String, BTreeSet<String>)> = books::ask(&app, views)
        .iter()
        .map(|view| {
            let definition = view["definition"].as_str().unwrap();
            let quoted = definition.split('\'').skip(1).step_by(2);
            // What is not a status: empty lists, the time zone and the day without an end.
            let others = ["[]", "Europe/London", "infinity"];
            (
                view["name"].as_str().unwrap().to_owned(),
                quoted.filter(|word| !others.contains(word)).map(str::to_owned).collect(),
            )
        })
        .collect();
    assert_eq!(found, wanted.map(|(name, words)| (name.to_owned(), words)));
}
