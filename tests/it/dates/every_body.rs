//! Every date of every body, found in the OpenAPI document: that of something that has happened is taken between the moment
//! from which it can have happened and now, both included, and refused beside them; any other is on a list, with a reason.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{money, people};
use crate::support::app::faults;
use crate::support::{Answer, App, make};

/// A date of something that has happened.
pub(super) struct Date {
    /// The operation, and the place in its body.
    pub of: &'static str,
    /// The first moment and the last, which are taken.
    pub taken: [&'static str; 2],
    /// The moments before and after them, which are refused.
    pub refused: [&'static str; 2],
    /// Status and code of the refusal, and the code of the fault.
    pub by: (u16, &'static str, [&'static str; 2]),
    /// Sends it, all else being as it should be.
    pub send: fn(&World<'_>, &str) -> Answer,
}

/// How most are refused.
pub(super) const OUT_OF_RANGE: (u16, &str, [&str; 2]) = (422, "invalid", ["out-of-range"; 2]);

/// Somebody who takes part from 10 January 2026 on; today is 15 June 2026.
pub(super) struct World<'a> {
    pub app: &'a App,
    pub it: make::Engaged,
}

/// Dates that say nothing of what has happened, each with the reason.
const NOT_YET: [(&str, &str); 49] = [
    ("POST /v1/agreements /starts_on", "begins when it is agreed to begin, before or after today"),
    ("PATCH /v1/agreements/{id} /starts_on", "begins when it is agreed to begin, before or after today"),
    ("POST /v1/agreements /ends_on", "is to end then"),
    ("PATCH /v1/agreements/{id} /ends_on", "is to end then"),
    ("POST /v1/agreements /review_on", "is to be looked at then"),
    ("PATCH /v1/agreements/{id} /review_on", "is to be looked at then"),
    ("POST /v1/agreements /employment_status/review_on", "is to be looked at then"),
    ("PATCH /v1/agreements/{id} /employment_status/review_on", "is to be looked at then"),
    ("POST /v1/agreements/{id}/support-contacts /next_due", "is to happen then"),
    ("POST /v1/expressions-of-interest/{id}/offer /respond_by", "is waited for until then"),
    ("POST /v1/opportunities /closes_at", "closes then"),
    ("PATCH /v1/opportunities/{id} /closes_at", "closes then"),
    ("POST /v1/opportunities/{id}/reopen /closes_at", "closes then"),
    ("POST /v1/opportunities /starts_on", "is planned, and may have begun"),
    ("PATCH /v1/opportunities/{id} /starts_on", "is planned, and may have begun"),
    ("POST /v1/opportunities /ends_on", "is planned"),
    ("PATCH /v1/opportunities/{id} /ends_on", "is planned"),
    ("POST /v1/opportunities/{id}/placements /placed_on", "is planned, or entered afterwards"),
    ("POST /v1/opportunities/{id}/placements /until", "is planned"),
    ("POST /v1/opportunities/{id}/sessions /starts_at", "is planned, or entered afterwards"),
    ("POST /v1/opportunities/{id}/sessions /ends_at", "lies after the start"),
    ("POST /v1/refused-tokens /expires_at", "the token ends then"),
    ("POST /v1/opportunities/{id}/sessions/series /session/starts_at", "is planned, or entered afterwards"),
    ("POST /v1/opportunities/{id}/sessions/series /session/ends_at", "lies after the start"),
    ("POST /v1/opportunities/{id}/sessions/series /until", "is planned"),
    ("POST /v1/opportunities/{id}/sessions/series /except/*", "is a day of the series"),
    ("PATCH /v1/sessions/{id} /starts_at", "is planned, or entered afterwards"),
    ("PATCH /v1/sessions/{id} /ends_at", "lies after the start"),
    ("POST /v1/payment-runs /cut_off", "bounds what is due"),
    ("POST /v1/plans /period_start", "is planned"),
    ("PATCH /v1/plans/{id} /period_start", "is planned"),
    ("POST /v1/plans /period_end", "is planned"),
    ("PATCH /v1/plans/{id} /period_end", "is planned"),
    ("POST /v1/plans /purpose/objectives/*/due", "is planned"),
    ("PATCH /v1/plans/{id} /purpose/objectives/*/due", "is planned"),
    ("POST /v1/plans /purpose/review_on", "is to be looked at then"),
    ("PATCH /v1/plans/{id} /purpose/review_on", "is to be looked at then"),
    ("POST /v1/reimbursement-policies /effective_from", "applies from then on, back-dated or announced"),
    ("PATCH /v1/reimbursement-policies/{id} /effective_from", "applies from then on, back-dated or announced"),
    ("POST /v1/reimbursements/quote /lines/*/date", "is asked about, and nothing is kept"),
    ("POST /v1/reimbursements/quote /lines/*/work/on", "is asked about, and nothing is kept"),
    ("POST /v1/volunteers /needs_review_due", "is to happen then"),
    ("PATCH /v1/volunteers/{id} /needs_review_due", "is to happen then"),
    ("POST /v1/volunteers/{id}/review-needs /next_review_due", "is to happen then"),
    ("POST /v1/volunteers/{id}/clearances /policy_expires_on", "ends then"),
    ("PATCH /v1/volunteers/{id}/clearances/{clearance_id} /policy_expires_on", "ends then"),
    ("POST /v1/volunteers/{id}/export-releases /exported_at", "names one export that was read, and no other moment"),
    ("PATCH /v1/claims/{id} /lines/*/work/on", "is held when the claim is submitted, as that of a new claim"),
    ("PATCH /v1/claims/{id} /lines/*/date", "is held when the claim is submitted, as that of a new claim"),
];

/// The dates in a schema, each with its place.
fn dates(schemas: &Value, schema: &Value, place: &str, within: &[&str], found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        if !within.contains(&name) {
            dates(schemas, &schemas[name], place, &[within, &[name]].concat(), found);
        }
        return;
    }
    if matches!(schema["format"].as_str(), Some("date" | "date-time")) {
        found.insert(place.to_owned());
    }
    for kind in ["allOf", "anyOf", "oneOf"] {
        let parts = schema[kind].as_array().into_iter().flatten();
        parts.for_each(|part| dates(schemas, part, place, within, found));
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        dates(schemas, member, &format!("{place}/{name}"), within, found);
    }
    for inner in ["items", "additionalProperties"].into_iter().filter_map(|kind| schema.get(kind)) {
        dates(schemas, inner, &format!("{place}/*"), within, found);
    }
}

/// Every date that a body takes, as `METHOD path place`.
fn documented(app: &App) -> BTreeSet<String> {
    let document = app.public().get("/openapi.json").expect(200);
    let mut all = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            for content in operation["requestBody"]["content"].as_object().into_iter().flat_map(|all| all.values()) {
                let mut places = BTreeSet::new();
                dates(&document["components"]["schemas"], &content["schema"], "", &[], &mut places);
                all.extend(places.iter().map(|place| format!("{} {path} {place}", method.to_uppercase())));
            }
        }
    }
    all
}

fn table() -> Vec<Date> {
    people::DATES.into_iter().chain(money::DATES).collect()
}

#[test]
fn every_date_of_a_body_has_happened_or_is_of_the_future_for_a_reason() {
    let app = App::start();
    let mut known: BTreeSet<String> = NOT_YET.iter().map(|(of, _)| (*of).to_owned()).collect();
    for date in table() {
        assert!(known.insert(date.of.to_owned()), "twice: {}", date.of);
    }
    let documented = documented(&app);
    let forgotten: Vec<_> = documented.difference(&known).collect();
    let gone: Vec<_> = known.difference(&documented).collect();
    assert!(forgotten.is_empty() && gone.is_empty(), "forgotten: {forgotten:?}\ngone: {gone:?}");
}

#[test]
fn what_has_happened_lies_where_it_can_have_happened() {
    let app = App::start();
    let link = serde_json::json!({ "name": "Ann Lead", "email": "ann@trust.example", "subject": "lead.ann" });
    let more = serde_json::json!({ "link_person": link });
    let it = make::engaged_with(&app, serde_json::json!({ "places": 100 }), more);
    make::payee(&app, &it.volunteer);
    let world = World { app: &app, it };
    let mut wrong = Vec::new();
    for Date { of, taken, refused, by: (status, code, fault), send } in table() {
        for (on, fault) in refused.into_iter().zip(fault) {
            let answer = send(&world, on);
            let told: BTreeSet<String> = faults(&answer.json).into_iter().map(|(_, code)| code).collect();
            if (answer.status, answer.json["code"].as_str()) != (status, Some(code)) || !told.contains(fault) {
                wrong.push(format!("{of}: {on} must be refused: {} {}", answer.status, answer.text));
            }
        }
        for on in taken {
            let answer = send(&world, on);
            if answer.status >= 300 {
                wrong.push(format!("{of}: {on} must be taken: {} {}", answer.status, answer.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
