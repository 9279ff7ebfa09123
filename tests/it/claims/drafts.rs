//! Drafts: worked out at every write, and what is written on a line stays.

use serde_json::{Value, json};

use super::{morning, pairs, path, time, told};
use crate::support::{App, make};

#[test]
fn a_draft_is_worked_out_at_every_write_and_keeps_its_lines() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let who = app.volunteer(&engaged.volunteer);
    let answer = who.post("/v1/claims", json!({ "agreement_id": engaged.agreement, "lines": time(&session) }));
    let location = answer.header("location").unwrap().to_owned();
    assert!(answer.header("etag").is_some_and(|etag| etag.starts_with("\"1-own-")));
    let draft = answer.expect(201);
    assert_eq!(location, path(&draft));
    assert!(draft["reference"].as_str().unwrap().starts_with("CLM-2026-0"), "{draft}");
    for (name, value) in [
        ("status", json!("draft")),
        ("calculation", json!("provisional")),
        ("total_pence", json!(7500)),
        ("claim_by", json!("2026-09-08")),
        ("volunteer_id", json!(engaged.volunteer)),
        ("on_behalf", json!(false)),
        ("payments", json!([])),
        ("weekly_alert", json!([])),
    ] {
        assert_eq!(draft[name], value, "{name}");
    }
    let kept = draft["lines"][0]["id"].clone();
    let bus =
        json!({ "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." });
    let lines = json!([bus, { "id": kept, "kind": "time", "session_id": session, "elected_pence": 5000 }]);
    let changed = who.patch(&location, 1, json!({ "lines": lines })).expect(200);
    assert_eq!((&changed["total_pence"], &changed["lines"][1]["id"]), (&json!(5460), &kept));
    assert_eq!((&changed["version"], &changed["lines"][0]["kind"]), (&json!(2), &json!("public_transport")));
    let (first, second) = (changed["lines"][0]["id"].clone(), changed["lines"][1]["id"].clone());
    let swapped = json!([
        { "id": second, "kind": "time", "session_id": session, "elected_pence": 5000 },
        { "id": first, "kind": "public_transport", "session_id": session, "spent_pence": 460, "evidence_exception": "Lost." },
    ]);
    let changed = who.patch(&location, 2, json!({ "lines": swapped })).expect(200);
    assert_eq!((&changed["lines"][0]["id"], &changed["lines"][1]["id"]), (&second, &first), "they keep the order sent");
    let same = who.patch(&location, 3, json!({ "lines": swapped })).expect(200);
    assert_eq!(same["version"], 3, "the same again changes nothing");
    who.patch(&location, 2, json!({ "lines": [] })).refused(412, "precondition-failed");
    let moved = who.patch(&location, 3, json!({ "agreement_id": engaged.service }));
    assert_eq!(told(&moved.refused(409, "not-editable")), pairs(&[("/agreement_id", "not-editable")]));
    let strange = json!([{ "id": engaged.service, "kind": "time", "session_id": session }]);
    let problem = who.patch(&location, 3, json!({ "lines": strange })).refused(409, "unknown-reference");
    assert_eq!(told(&problem), pairs(&[("/lines/0/id", "unknown-reference")]));
    let emptied = who.patch(&location, 3, json!({ "lines": [] })).expect(200);
    assert_eq!((&emptied["lines"], &emptied["total_pence"]), (&json!([]), &json!(0)));
}

#[test]
fn every_line_of_the_longest_claim_can_change_its_place() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let who = app.volunteer(&engaged.volunteer);
    let parking = |pence: u32| json!({ "kind": "parking", "session_id": session, "spent_pence": pence, "evidence_exception": "No ticket." });
    let lines: Vec<Value> = (1..=100).map(parking).collect();
    let draft = who.post("/v1/claims", json!({ "agreement_id": engaged.agreement, "lines": lines })).expect(201);
    let ids: Vec<Value> = draft["lines"].as_array().unwrap().iter().map(|line| line["id"].clone()).collect();
    let backwards: Vec<Value> = (1..=100_u32)
        .rev()
        .map(|pence| {
            let mut line = parking(pence);
            line["id"] = ids[usize::try_from(pence).unwrap() - 1].clone();
            line
        })
        .collect();
    let turned = who.patch(&path(&draft), 1, json!({ "lines": backwards })).expect(200);
    let spent: Vec<i64> =
        turned["lines"].as_array().unwrap().iter().map(|line| line["spent_pence"].as_i64().unwrap()).collect();
    assert_eq!(spent, (1..=100).rev().collect::<Vec<i64>>());
    assert!(
        ids.iter().rev().eq(turned["lines"].as_array().unwrap().iter().map(|line| &line["id"])),
        "each kept its id"
    );
}

#[test]
fn a_line_takes_the_inputs_of_its_own_kind_and_every_fault_is_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let lines = json!([
        { "kind": "time" },
        { "kind": "mileage", "session_id": session, "miles": 1.25, "vehicle": "horse" },
        { "kind": "parking", "session_id": session, "spent_pence": -1, "miles": 3, "payable_pence": 7 },
        { "kind": "gift", "session_id": session },
        { "session_id": session },
        { "kind": "care", "session_id": "x", "spent_pence": 1.5, "minutes": 14401 },
    ]);
    let body = json!({ "agreement_id": engaged.agreement, "lines": lines, "status": "paid", "late_reason": "a\u{0}b" });
    let mut found = told(&app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(422, "invalid"));
    found.sort();
    let wanted = pairs(&[
        ("/late_reason", "bad-format"),
        ("/lines/0/session_id", "required"),
        ("/lines/1/from", "required"),
        ("/lines/1/miles", "out-of-range"),
        ("/lines/1/to", "required"),
        ("/lines/1/vehicle", "not-one-of"),
        ("/lines/2/miles", "unknown-field"),
        ("/lines/2/payable_pence", "read-only"),
        ("/lines/2/spent_pence", "out-of-range"),
        ("/lines/3/kind", "not-one-of"),
        ("/lines/4/kind", "required"),
        ("/lines/5/minutes", "out-of-range"),
        ("/lines/5/session_id", "bad-format"),
        ("/lines/5/spent_pence", "wrong-type"),
        ("/status", "read-only"),
    ]);
    assert_eq!(found, wanted);
    let lines = json!([
        { "kind": "other", "spent_pence": 1 },
        { "kind": "mileage", "session_id": session, "miles": 1, "vehicle": "bicycle", "passengers": 1, "from": "A", "to": "B" },
    ]);
    let body = json!({ "agreement_id": engaged.agreement, "lines": lines });
    let problem = app.volunteer(&engaged.volunteer).post("/v1/claims", body).refused(422, "invalid");
    assert_eq!(told(&problem), pairs(&[("/lines/0/date", "required"), ("/lines/1/passengers", "not-allowed")]));
}

#[test]
fn an_id_that_names_nothing_is_told() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let other = make::volunteer(&app, "Olu Other");
    let who = app.volunteer(&engaged.volunteer);
    let lines = json!([
        { "kind": "time", "session_id": engaged.plan },
        { "kind": "parking", "session_id": session, "spent_pence": 1, "receipt_ids": [engaged.plan] },
    ]);
    let problem = who.post("/v1/claims", json!({ "agreement_id": engaged.agreement, "lines": lines }));
    let wanted = [("/lines/0/session_id", "unknown-reference"), ("/lines/1/receipt_ids/0", "unknown-reference")];
    assert_eq!(told(&problem.refused(409, "unknown-reference")), pairs(&wanted));
    for (body, pointer) in [
        (json!({ "agreement_id": engaged.plan }), "/agreement_id"),
        (json!({ "agreement_id": engaged.agreement, "volunteer_id": other }), "/volunteer_id"),
    ] {
        assert_eq!(told(&who.post("/v1/claims", body).refused(409, "unknown-reference"))[0].0, pointer);
    }
    let problem = app.volunteer(&other).post("/v1/claims", json!({ "agreement_id": engaged.agreement }));
    assert_eq!(told(&problem.refused(409, "unknown-reference"))[0].0, "/agreement_id");
    let problem = app.lead().post("/v1/claims", json!({ "agreement_id": engaged.agreement }));
    assert_eq!(told(&problem.refused(422, "invalid")), pairs(&[("/volunteer_id", "required")]));
    app.finance().post("/v1/claims", json!({ "agreement_id": engaged.agreement })).refused(403, "forbidden");
}

#[test]
fn what_is_written_on_a_line_stays_through_every_step() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let drive = json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 23.4, "from": "Ely", "to": "Fulbourn" });
    let parking =
        json!({ "kind": "parking", "session_id": session, "spent_pence": 350, "evidence_exception": "Lost." });
    let who = app.volunteer(&engaged.volunteer);
    let draft = make::claim(&who, &engaged.agreement, json!([drive, parking]));
    let at = path(&draft);
    let written = |claim: &Value| {
        let line =
            |line: &Value| ["from", "to", "evidence_exception", "approval_reason"].map(|name| line[name].clone());
        claim["lines"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let texts = |from: &str, lost: &str, reason: Value| {
        vec![
            [json!(from), json!("Fulbourn"), json!(null), reason],
            [json!(null), json!(null), json!(lost), json!(null)],
        ]
    };
    assert_eq!(written(&draft), texts("Ely", "Lost.", json!(null)));
    let (first, second) = (&draft["lines"][0]["id"], &draft["lines"][1]["id"]);
    let lines = json!([
        make::with(drive, json!({ "id": first, "from": "Soham" })),
        make::with(parking, json!({ "id": second, "evidence_exception": "No printer." })),
    ]);
    let changed = who.patch(&at, 1, json!({ "lines": lines })).expect(200);
    assert_eq!(written(&changed), texts("Soham", "No printer.", json!(null)));
    for _ in 0..2 {
        let submitted = who.ask(&format!("{at}/submit")).expect(200);
        assert_eq!(written(&submitted), texts("Soham", "No printer.", json!(null)));
        let again = app.lead().post(&format!("{at}/return"), json!({ "reason": "Please look again." })).expect(200);
        assert_eq!(written(&again), texts("Soham", "No printer.", json!(null)));
    }
    who.ask(&format!("{at}/submit")).expect(200);
    let lowered = json!([{ "id": first, "approved_pence": 1000, "reason": "The shorter way." }]);
    let approval = json!({ "no_close_relationship": true, "lines": lowered });
    let approved = app.lead().post(&format!("{at}/approve"), approval).expect(200);
    assert_eq!(written(&approved), texts("Soham", "No printer.", json!("The shorter way.")));
}

#[test]
fn lines_sent_back_as_they_were_read_are_taken_and_others_are_not() {
    let app = App::start();
    let engaged = make::engaged(&app);
    let session = morning(&app, &engaged);
    let own = app.volunteer(&engaged.volunteer);
    let lines = json!([
        { "kind": "time", "session_id": session },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.5, "from": "Ely", "to": "March" },
        { "kind": "parking", "session_id": session, "spent_pence": 350, "evidence_exception": "Lost." },
    ]);
    let claim = make::claim(&own, &engaged.agreement, lines);
    let at = path(&claim);
    assert!(claim["lines"][1].get("elected_pence").is_some_and(Value::is_null), "{claim}");
    let mut read = claim["lines"].clone();
    let again = own.change(&at, json!({ "lines": read })).expect(200);
    assert_eq!(again["lines"], claim["lines"]);
    read[2]["spent_pence"] = json!(400);
    let changed = own.change(&at, json!({ "lines": read })).expect(200);
    assert_eq!(
        (&changed["lines"][2]["spent_pence"], &changed["lines"][2]["payable_pence"]),
        (&json!(400), &json!(400))
    );
    // What is worked out is refused where it is another than was read, and so is a value of another kind of line.
    for (line, field, value, code) in [
        (1, "payable_pence", json!(99_999), "read-only"),
        (1, "approved_pence", json!(1), "read-only"),
        (0, "warnings", json!([{ "code": "alike", "detail": "" }]), "read-only"),
        (1, "elected_pence", json!(1), "unknown-field"),
        (0, "colour", json!(null), "unknown-field"),
    ] {
        let mut wrong = changed["lines"].clone();
        wrong[line][field] = value;
        let told = told(&own.change(&at, json!({ "lines": wrong })).refused(422, "invalid"));
        assert_eq!(told, pairs(&[(&format!("/lines/{line}/{field}"), code)]));
    }
}
