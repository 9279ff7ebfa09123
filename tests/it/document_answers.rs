//! The refusals that every operation can answer are in the document, each as a problem, with the header that says what to do.

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
