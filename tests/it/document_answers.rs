//! The refusals that every operation can answer are in the document, each as a problem, with the header that says what to do.
//! Answers have examples, and say in words how many decimals their numbers have.

use std::collections::BTreeSet;

use involvement::app::{generated, routes};
use serde_json::Value;

/// The statuses of those refusals, each with a header of its answer.
const REFUSED: [(&str, &str); 5] = [
    ("400", "X-Request-Id"),
    ("401", "WWW-Authenticate"),
    ("429", "Retry-After"),
    ("500", "X-Request-Id"),
    ("503", "Retry-After"),
];

/// Kinds of answers that have no example, each with the reason.
const NO_EXAMPLE: [(&str, &str); 6] = [
    ("application/pdf", "a file is bytes, which no JSON document can hold"),
    ("image/heic", "a picture is bytes, too"),
    ("image/jpeg", "a picture is bytes, too"),
    ("image/png", "a picture is bytes, too"),
    ("text/html", "a page for people, of many kilobytes, which the demonstration shows"),
    ("text/plain", "a text for people or for Prometheus: no client takes it apart by what the document says"),
];

/// Answers of other kinds that have no example, each with the reason.
const NO_EXAMPLE_EITHER: [(&str, &str, &str); 1] =
    [("read_calendar_by_address", "text/calendar", "what `read_my_calendar` answers, whose example it has")];

#[test]
fn every_answer_that_programs_read_has_an_example() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let (mut without, mut with) = (BTreeSet::new(), 0);
    for operation in routes().operations {
        let answers = &document["paths"][operation.path][operation.method.as_str().to_ascii_lowercase()]["responses"];
        let answers = answers.as_object().unwrap().values();
        let answers = answers
            .map(|answer| answer["$ref"].as_str().map_or(answer, |target| document.pointer(&target[1..]).unwrap()));
        for (media_type, content) in answers.filter_map(|answer| answer["content"].as_object()).flatten() {
            let has_one = content["examples"].as_object().is_some_and(|examples| !examples.is_empty());
            with += usize::from(has_one);
            if !has_one && !NO_EXAMPLE.iter().any(|(kind, _)| kind == media_type) {
                without.insert((operation.id, media_type.clone()));
            }
        }
    }
    let known = NO_EXAMPLE_EITHER.map(|(id, media_type, _)| (id, media_type.to_owned()));
    assert_eq!(without, BTreeSet::from(known));
    assert!(with > 2_000, "{with}");
}

#[test]
fn every_number_says_in_words_how_many_decimals_it_has() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    let (mut open, mut silent, mut seen) = (vec![(String::new(), &document)], Vec::new(), 0);
    while let Some((at, value)) = open.pop() {
        let variants = value["oneOf"].as_array().into_iter().flatten();
        if variants.chain([value]).any(|schema| schema["x-decimals"].is_u64()) {
            seen += 1;
            if !value["description"].as_str().is_some_and(|said| said.contains("decimal")) {
                silent.push(at);
            }
        } else if let Some(members) = value.as_object() {
            open.extend(members.iter().map(|(name, member)| (format!("{at}/{name}"), member)));
        } else if let Some(items) = value.as_array() {
            open.extend(items.iter().enumerate().map(|(place, item)| (format!("{at}/{place}"), item)));
        }
    }
    assert!(silent.is_empty() && seen > 20, "of {seen}: {silent:#?}");
}

#[test]
fn every_operation_says_how_it_refuses() {
    let document: Value = serde_json::from_str(&generated::document(&routes())).unwrap();
    for operation in routes().operations {
        let answers = &document["paths"][operation.path][operation.method.as_str().to_ascii_lowercase()]["responses"];
        for (status, header) in REFUSED {
            let answer = &answers[status];
            let answer = answer["$ref"].as_str().map_or(answer, |target| document.pointer(&target[1..]).unwrap());
            let schema = &answer["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{operation:?} {status}");
            assert!(answer["headers"][header].is_object(), "{operation:?} {status} {header}");
        }
    }
}
