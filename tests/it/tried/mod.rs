//! Every example of the document as it is served, played on one fresh demonstration in the order of the document, as the
//! first person of the demonstration who may: each is answered. What they name is chosen here, too, and written down.

pub mod by_hand;
mod choice;
mod drawn;
mod made;
mod people;

use std::collections::BTreeMap;
use std::path::Path;

use involvement::app::{generated, routes};
use serde_json::{Map, Value};

use crate::support::{Answer, App};
use choice::{Choice, written};
use drawn::{Drawn, Filled};
pub use made::Made;
use people::Tried;

/// What can't be tried as it stands, each with the reason; the check with a browser leaves out the same.
const LEFT_OUT: &str = include_str!("../../browser/left_out.json");

/// Plays the example of every operation. `decide` is told whether it was answered, or why not, and says what was played
/// in the end. Answers all of that, and what was not answered.
fn played<'d>(
    tried: &Tried<'_>,
    operations: &'d [Drawn],
    mut decide: impl FnMut(&Drawn, Filled, Result<Answer, String>) -> Result<Filled, String>,
) -> (Vec<(&'d Drawn, Filled)>, Vec<String>) {
    let left_out: BTreeMap<String, String> = serde_json::from_str(LEFT_OUT).expect("reasons by operation");
    let known = |id: &String| operations.iter().any(|it| it.id == *id);
    assert!(left_out.keys().all(known), "an operation that is left out is not there");
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for drawn in operations.iter().filter(|it| !left_out.contains_key(&it.id)) {
        let filled = drawn.filled();
        let said = match tried.send(drawn, &filled) {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(format!("{} {}", answer.status, answer.text)),
            Err(missing) => Err(missing),
        };
        match decide(drawn, filled, said) {
            Ok(filled) => all.push((drawn, filled)),
            Err(why) => faults.push(format!("{}: {why}", drawn.id)),
        }
    }
    (all, faults)
}

/// What the examples are answered with, by operation: what is JSON.
pub fn answers(app: &App) -> BTreeMap<String, Value> {
    involvement::app::tick(&app.running().service).expect("what time has done");
    let operations = drawn::operations(&app.public().get("/openapi.json").text);
    let mut answers = BTreeMap::new();
    played(&Tried::of(app), &operations, |drawn, filled, said| {
        said.map(|answer| {
            if answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
                answers.insert(drawn.id.clone(), answer.json);
            }
            filled
        })
    });
    answers
}

/// Chooses what the examples name, and writes it down.
fn choose() {
    let app = App::demonstration();
    involvement::app::tick(&app.running().service).expect("what time has done");
    let tried = Tried::of(&app);
    // For what the code draws, which needs not be committed yet.
    let operations = drawn::operations(&generated::document(&routes()));
    let mut choice = Choice::of(&tried);
    let (all, faults) = played(&tried, &operations, |drawn, filled, said| {
        let filled = said.map(|_| filled.clone()).or_else(|_| choice.made(drawn, &filled))?;
        choice.note(drawn, &filled);
        Ok(filled)
    });
    let chosen = all.iter().filter_map(|(drawn, filled)| Some((drawn.id.clone(), written(drawn, filled)?)));
    let text = serde_json::to_string_pretty(&Value::from(chosen.collect::<Map<_, _>>())).expect("JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/chosen.json");
    std::fs::write(path, text).expect("written");
    assert!(faults.is_empty(), "the demonstration has nothing for these, so nothing is chosen:\n{}", faults.join("\n"));
}

/// Whoever keeps a copy asks by its tag whether it is still right: an operation that says so sends one.
#[test]
fn what_can_be_asked_for_by_a_tag_sends_one() {
    let app = App::demonstration();
    let tried = Tried::of(&app);
    let operations = drawn::operations(&app.public().get("/openapi.json").text);
    let read = |it: &&Drawn| it.method.eq_ignore_ascii_case("get") && it.path.starts_with("/v1/");
    let (mut promised, mut wrong) = (0, Vec::new());
    for drawn in operations.iter().filter(read) {
        let Ok(answer) = tried.send(drawn, &drawn.filled()) else { continue };
        let promises = drawn.operation["responses"].get("304").is_some();
        promised += usize::from(promises);
        if answer.status == 200 && promises != answer.header("etag").is_some() {
            wrong.push(drawn.id.clone());
        }
    }
    assert!(wrong.is_empty() && promised > 30, "of {promised}: {wrong:?}");
}

/// Plays them all as they are served.
fn all_are_answered(app: &App) {
    involvement::app::tick(&app.running().service).expect("what time has done");
    let operations = drawn::operations(&app.public().get("/openapi.json").text);
    let (all, faults) = played(&Tried::of(app), &operations, |_, filled, said| said.map(|_| filled));
    assert!(
        faults.is_empty(),
        "{} of {} examples are answered. Choose anew what they name with WRITE_EXAMPLES=1 cargo test --test it -- \
         the_examples_are, then write openapi/openapi.json anew. These are not answered:\n{}",
        all.len(),
        operations.len(),
        faults.join("\n")
    );
}

#[test]
fn the_examples_are_answered_in_the_order_of_the_document() {
    if std::env::var_os("WRITE_EXAMPLES").is_some() {
        return choose();
    }
    all_are_answered(&App::demonstration());
}

#[test]
fn on_another_day_the_examples_are_answered_as_well() {
    all_are_answered(&App::demonstration_at("2027-02-03T16:30:00Z"));
}
