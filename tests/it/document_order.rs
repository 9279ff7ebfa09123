//! The order of the document: tags as the thread goes; within a tag the list of a thing, its creation, read and change, then
//! the steps of its life with nothing between them; the parts of a thing that live by themselves after that.

use involvement::app::{generated, routes};
use involvement::features::FEATURES;
use serde_json::Value;

/// The thread that the service carries from end to end, as its tags are called.
const THREAD: [&str; 9] = [
    "Services",
    "Plans",
    "Opportunities",
    "Expressions of interest",
    "Agreements",
    "Sessions",
    "Claims",
    "Payments",
    "Feedback",
];

/// An operation, as the document draws it.
struct Drawn {
    id: String,
    tag: String,
    /// Such as `get /v1/plans`.
    place: String,
    /// The verb and the thing, if it is a step of a life cycle.
    step: Option<(String, String)>,
}

/// The name of a member that begins on this line, so many spaces in.
fn member(line: &str, spaces: usize) -> Option<&str> {
    line.strip_prefix(&" ".repeat(spaces))?.strip_prefix('"')?.strip_suffix("\": {")
}

fn step(description: &str) -> Option<(String, String)> {
    let (_, rest) = description.split_once("This is the step `")?;
    let (verb, rest) = rest.split_once("` of the ")?;
    let (of, _) = rest.split_once(';')?;
    Some((verb.to_owned(), of.to_owned()))
}

/// The document's tags and operations. What reads JSON here forgets the order of members, so it is taken from the text.
fn drawn() -> (Vec<String>, Vec<Drawn>) {
    let text = generated::document(&routes());
    let document: Value = serde_json::from_str(&text).unwrap();
    let tags = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned());
    let (mut all, mut path) = (Vec::new(), "");
    let (_, paths) = text.split_once("\n  \"paths\": {\n").expect("paths");
    for line in paths.lines().take_while(|line| *line != "  },") {
        if let Some(next) = member(line, 4) {
            path = next;
        } else if let Some(method) = member(line, 6) {
            let operation = &document["paths"][path][method];
            let said = |member: &Value| member.as_str().unwrap().to_owned();
            all.push(Drawn {
                id: said(&operation["operationId"]),
                tag: said(&operation["tags"][0]),
                place: format!("{method} {path}"),
                step: step(operation["description"].as_str().unwrap()),
            });
        }
    }
    assert_eq!(all.len(), routes().operations.len());
    (tags.collect(), all)
}

#[test]
fn tags_come_in_the_order_of_the_thread_and_operations_in_that_of_their_tags() {
    let (tags, all) = drawn();
    let thread: Vec<&String> = tags.iter().filter(|tag| THREAD.contains(&tag.as_str())).collect();
    assert_eq!(thread, THREAD);
    let places: Vec<usize> =
        all.iter().map(|one| tags.iter().position(|tag| *tag == one.tag).expect("a known tag")).collect();
    assert!(places.is_sorted(), "{places:?}");
    let unused: Vec<&String> = tags.iter().filter(|tag| all.iter().all(|one| one.tag != **tag)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn the_steps_of_a_life_stand_together_in_the_order_of_its_table() {
    let (tags, all) = drawn();
    let mut lives = 0;
    for tag in tags {
        let of_tag: Vec<&Drawn> = all.iter().filter(|one| one.tag == tag).collect();
        let mut things: Vec<&str> =
            of_tag.iter().filter_map(|one| one.step.as_ref()).map(|(_, of)| of.as_str()).collect();
        things.dedup();
        for thing in things {
            let is_step = |one: &Drawn| one.step.as_ref().is_some_and(|(_, of)| of == thing);
            let begins = of_tag.iter().position(|one| is_step(one)).unwrap();
            let together: Vec<&str> = of_tag[begins..]
                .iter()
                .take_while(|one| is_step(one))
                .map(|one| one.step.as_ref().unwrap().0.as_str())
                .collect();
            let count = of_tag.iter().filter(|one| is_step(one)).count();
            assert_eq!(together.len(), count, "{tag}: something stands between the steps of the {thing}");
            let table = FEATURES.iter().flat_map(|feature| feature.lives).filter(|lived| lived.life.name() == thing);
            let mut verbs: Vec<&str> = Vec::new();
            for (_, verb, _) in table.flat_map(|lived| lived.life.steps()) {
                if together.contains(&verb) && !verbs.contains(&verb) {
                    verbs.push(verb);
                }
            }
            assert_eq!(together, verbs, "{tag}: {thing}");
            lives += 1;
        }
    }
    assert!(lives > 14, "{lives}");
}

#[test]
fn a_list_comes_before_creation_read_and_change_and_these_before_the_first_step() {
    let (_, all) = drawn();
    let at = |place: &str| all.iter().position(|one| one.place == place);
    for one in all.iter().filter(|one| one.step.is_some()) {
        let (home, _) = one.place.split_once(' ').unwrap().1.rsplit_once('/').unwrap();
        let (list, _) = home.rsplit_once("/{").unwrap();
        let before = [format!("get {list}"), format!("post {list}"), format!("get {home}"), format!("patch {home}")];
        let mut places: Vec<usize> = before.iter().filter_map(|place| at(place)).collect();
        places.extend(at(&one.place));
        assert!(places.len() > 1 && places.is_sorted(), "{}: {places:?}", one.place);
    }
}

#[test]
fn comments_and_payees_stand_by_themselves_after_the_life_that_they_belong_to() {
    let (_, all) = drawn();
    let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
    let comments: &[&str] = &["list_plan_comments", "comment_on_plan", "resolve_plan_comment"];
    let payees: &[&str] = &["read_payee", "change_payee", "confirm_payee", "discard_payee"];
    for (last, part) in [("withdraw_plan", comments), ("merge_volunteers", payees)] {
        let ends = ids.iter().position(|id| *id == last).expect("the last step");
        let begins = ids.windows(part.len()).position(|some| some == part);
        assert!(begins.is_some_and(|begins| begins > ends), "{part:?} in {ids:?}");
    }
}
