//! Notes that staff wrote for themselves are in the person's own export only after a lead, who read them, released them;
//! and the export says so.

use serde_json::{Value, json};

use crate::support::app::faults;
use crate::support::books::number;
use crate::support::marked::{Marked, marked, own};
use crate::support::{App, Client};

fn export(who: &Client<'_>, it: &Marked) -> Value {
    who.get(&format!("/v1/volunteers/{}/export", it.volunteer)).expect(200)
}

/// The private notes and the notes on attendance of an export, without those that are null.
fn notes(export: &Value) -> Vec<String> {
    let of = |part: &str, member: &str| -> Vec<String> {
        let rows = export[part].as_array().expect("a part");
        rows.iter().filter_map(|row| row[member].as_str().map(ToOwned::to_owned)).collect()
    };
    [of("support_contacts", "private_note"), of("attendance", "note")].concat()
}

fn release(who: &Client<'_>, it: &Marked, exported_at: &Value, withheld: Value) -> crate::support::Answer {
    let body =
        json!({ "exported_at": exported_at, "no_serious_harm": true, "no_third_parties": true, "withheld": withheld });
    who.post(&format!("/v1/volunteers/{}/export-releases", it.volunteer), body)
}

#[test]
fn notes_of_staff_wait_for_a_lead_who_read_them() {
    let app = App::start();
    let it = marked(&app);
    let person = || own(&app, &it.volunteer);
    let before = export(&person(), &it);
    assert_eq!(notes(&before), Vec::<String>::new());
    assert_eq!((&before["withheld"]["notes"], &before["withheld"]["released_at"]), (&json!(2), &Value::Null));
    assert!(before["withheld"]["why"].as_str().expect("why").contains("involvement lead"));
    assert!(before["support_contacts"][0]["shared_note"].is_string(), "what they see anyway stays");
    // A lead sees everything, and how much the person does not.
    let lead = app.lead_called("lead.zoe");
    let looked = export(&lead, &it);
    assert_eq!((notes(&looked).len(), &looked["withheld"]["notes"]), (2, &json!(2)));
    // Not without a look: at another moment, by another lead, or at another person.
    let at = &looked["exported_at"];
    release(&lead, &it, &json!("2026-06-15T09:59:59Z"), json!([])).refused(409, "export-not-read");
    release(&app.lead_called("lead.yan"), &it, at, json!([])).refused(409, "export-not-read");
    let other = format!("/v1/volunteers/{}/export-releases", it.other);
    let body = json!({ "exported_at": at, "no_serious_harm": true, "no_third_parties": true });
    lead.post(&other, body).refused(409, "export-not-read");
    for unsure in ["no_serious_harm", "no_third_parties"] {
        let mut body = json!({ "exported_at": at, "no_serious_harm": true, "no_third_parties": true });
        body[unsure] = json!(false);
        lead.post(&format!("/v1/volunteers/{}/export-releases", it.volunteer), body).refused(422, "invalid");
    }
    for nobody in [app.staff(&["crisis-cafe"]), app.finance(), person()] {
        release(&nobody, &it, at, json!([])).refused(403, "forbidden");
    }
    assert_eq!(notes(&export(&person(), &it)), Vec::<String>::new());
    // One is withheld, the other given out.
    let released = release(&lead, &it, at, json!([{ "id": it.contact, "ground": "third_party" }])).expect(201);
    assert_eq!(
        (&released["created_by"], &released["withheld"][0]["ground"]),
        (&json!("lead.zoe"), &json!("third_party"))
    );
    let after = export(&person(), &it);
    assert_eq!((notes(&after).len(), &after["withheld"]["notes"]), (1, &json!(1)));
    assert!(after["support_contacts"][0]["private_note"].is_null());
    assert_eq!(after["withheld"]["released_at"], released["created_at"]);
    // The newest release counts.
    release(&lead, &it, at, json!([])).expect(201);
    let all = export(&person(), &it);
    assert_eq!((notes(&all), &all["withheld"]["notes"]), (notes(&looked), &json!(0)));
    assert!(all["withheld"]["why"].is_null());
    assert_eq!(all["export_releases"].as_array().map(Vec::len), Some(2));
    let list = person().get(&format!("/v1/volunteers/{}/export-releases", it.volunteer)).expect(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    let recorded = "SELECT count(*) FROM audit_records WHERE resource_type = 'export_release' AND action = 'create'";
    assert_eq!(number(&app, recorded), 2);
}

#[test]
fn what_is_written_after_the_look_is_not_released() {
    let app = App::start();
    let it = marked(&app);
    let lead = app.lead_called("lead.zoe");
    let at = export(&lead, &it)["exported_at"].clone();
    app.now_is("2026-06-15T10:00:01Z");
    let note = json!({ "outcome": "attended", "note": "Written later." });
    let session = format!("/v1/sessions/{}/attendance/{}", it.session, it.volunteer);
    let changed = app.lead().put(&session, note);
    let changed = changed.status == 200;
    let contact = json!({ "on": "2026-06-15", "kind": "practical", "private_note": "Written later, too." });
    app.lead().post(&format!("/v1/agreements/{}/support-contacts", it.agreement), contact);
    app.now_is("2026-06-15T10:00:02Z");
    release(&lead, &it, &at, json!([])).expect(201);
    let seen = export(&own(&app, &it.volunteer), &it);
    assert!(!seen.to_string().contains("Written later"), "{seen}");
    assert!(notes(&seen).len() == if changed { 1 } else { 2 }, "{:?}", notes(&seen));
    let again = export(&lead, &it);
    release(&lead, &it, &again["exported_at"], json!([])).expect(201);
    let all = export(&own(&app, &it.volunteer), &it);
    assert_eq!((notes(&all), &all["withheld"]["notes"]), (notes(&again), &json!(0)));
}

#[test]
fn nobody_releases_notes_about_themselves_and_an_erasure_takes_releases_along() {
    let app = App::start();
    let it = marked(&app);
    // The volunteer has a staff log-in, and is a lead with it.
    let subject = app.lead().get(&format!("/v1/volunteers/{}", it.volunteer)).expect(200)["staff_subject"].clone();
    let themselves = app.lead_called(subject.as_str().expect("a log-in"));
    themselves.get("/v1/volunteers").expect(200);
    let read = export(&themselves, &it);
    assert_eq!(notes(&read), Vec::<String>::new(), "their own export, whichever log-in they use");
    let problem = release(&themselves, &it, &read["exported_at"], json!([])).refused(409, "segregation-of-duties");
    assert!(faults(&problem).iter().any(|(_, code)| code == "decides-about-themselves"));
    let lead = app.lead_called("lead.zoe");
    let at = export(&lead, &it)["exported_at"].clone();
    release(&lead, &it, &at, json!([])).expect(201);
    app.lead().ask(&format!("/v1/agreements/{}/end", it.agreement));
    let erased = app.lead().ask(&format!("/v1/volunteers/{}/erase", it.volunteer));
    if erased.status == 200 {
        assert_eq!(number(&app, "SELECT count(*) FROM export_releases"), 0);
    }
}
