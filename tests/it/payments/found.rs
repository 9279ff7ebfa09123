//! How finance finds payments and claims: by number, name, day and amount.

use serde_json::json;

use super::payments;
use crate::support::owed::owed;
use crate::support::{App, Client, make, paid};

fn numbers(who: &Client<'_>, query: &str) -> Vec<String> {
    let mut found: Vec<String> =
        payments(who, query).iter().map(|one| one["invoice_number"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

fn references(who: &Client<'_>, query: &str) -> Vec<String> {
    let list = who.get(&format!("/v1/claims?{query}")).expect(200);
    let mut found: Vec<String> =
        list["items"].as_array().unwrap().iter().map(|one| one["reference"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

#[test]
fn payments_and_claims_are_found_by_number_and_by_legal_name() {
    let app = App::start();
    owed(&app, 12);
    let none: [&str; 0] = [];
    for (q, found) in [
        ("CLM-2026-000003-A1", vec![3]),
        ("clm-2026-000003", vec![3]),
        ("CLM-2026-00001", vec![10, 11, 12]),
        ("person%203", vec![3]),
        ("PERS%2012", vec![12]),
        ("person%2099", vec![]),
        ("%25", vec![]),
        ("LM-2026-000003", vec![]),
    ] {
        let invoices: Vec<String> = found.iter().map(|n| format!("CLM-2026-{n:06}-A1")).collect();
        assert_eq!(numbers(&app.finance(), &format!("q={q}")), invoices, "{q}");
        let claims: Vec<String> = found.iter().map(|n| format!("CLM-2026-{n:06}")).collect();
        assert_eq!(references(&app.finance(), &format!("q={q}")), claims, "{q}");
    }
    // Only what the caller reaches.
    make::service(&app, "elsewhere");
    assert_eq!(references(&app.staff(&["elsewhere"]), "q=CLM-2026-000003"), none);
    assert_eq!(references(&app.staff(&["crisis-cafe"]), "q=CLM-2026-000003"), ["CLM-2026-000003"]);
    let person = "00000004-0000-7000-8000-000000000001";
    assert_eq!(references(&app.volunteer(person), "q=person"), ["CLM-2026-000004"]);
    assert_eq!(numbers(&app.lead(), &format!("volunteer_id={person}")), ["CLM-2026-000004-A1"]);
    app.finance().get("/v1/payments?q=").refused(400, "invalid-parameter");
    // Page by page, too.
    let first = app.finance().get("/v1/payments?q=person&limit=5").expect(200);
    let next = first["next_cursor"].as_str().unwrap();
    let second = app.finance().get(&format!("/v1/payments?q=person&limit=5&cursor={next}")).expect(200);
    assert_eq!(second["items"].as_array().unwrap().len(), 5);
    assert_ne!(first["items"][4], second["items"][0]);
}

#[test]
fn a_preferred_name_is_not_what_finance_looks_for() {
    let app = App::start();
    let engaged = make::engaged(&app);
    app.lead()
        .change(&format!("/v1/volunteers/{}", engaged.volunteer), json!({ "preferred_name": "Zebedee" }))
        .expect(200);
    let session = make::attended(&app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 60);
    make::approved(&app, &engaged, json!([{ "kind": "time", "session_id": session }]));
    assert_eq!((numbers(&app.finance(), "q=zebedee").len(), numbers(&app.finance(), "q=vera%20vol").len()), (0, 1));
    assert_eq!((references(&app.finance(), "q=zebedee").len(), references(&app.finance(), "q=vera").len()), (0, 1));
}

#[test]
fn payments_are_found_by_amount_and_by_day_both_ends_included() {
    let app = App::start();
    owed(&app, 4);
    for (query, found) in [
        ("amount_from=1003", vec![3, 4]),
        ("amount_to=1002", vec![1, 2]),
        ("amount_from=1002&amount_to=1003", vec![2, 3]),
        ("amount_from=1005", vec![]),
        ("paid_from=2000-01-01", vec![]),
    ] {
        let invoices: Vec<String> = found.iter().map(|n| format!("CLM-2026-{n:06}-A1")).collect();
        assert_eq!(numbers(&app.finance(), query), invoices, "{query}");
    }
    paid::everything(&app, "accounts_payable", "2026-06-20");
    for (query, count) in [
        ("paid_from=2026-06-20", 4),
        ("paid_from=2026-06-21", 0),
        ("paid_to=2026-06-20", 4),
        ("paid_to=2026-06-19", 0),
        ("paid_from=2026-06-20&paid_to=2026-06-20&amount_to=1001", 1),
    ] {
        assert_eq!(numbers(&app.finance(), query).len(), count, "{query}");
    }
}
