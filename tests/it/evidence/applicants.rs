//! The applicants of an opportunity, each with how they fit: leads see experience, staff do not, volunteers see no fit.

use serde_json::{Value, json};

use crate::support::{App, make};

fn applied(app: &App, opportunity: &str, name: &str, more: Value) -> String {
    let body = json!({ "legal_name": name, "preferred_contact": "email", "email": format!("{name}@example.org") });
    let person = make::id(&app.lead().post("/v1/volunteers", make::with(body, more)).expect(201));
    app.lead().ask(&format!("/v1/volunteers/{person}/activate")).expect(200);
    let interest = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    app.volunteer(&person).post(&interest, json!({})).expect(201);
    person
}

fn holds(app: &App, who: &str, kind: &str, state: &str, issued_on: &str) {
    let body = json!({ "kind": kind, "state": state, "issued_on": issued_on, "eligibility_reason": null });
    app.lead().post(&format!("/v1/volunteers/{who}/clearances"), body).expect(201);
}

#[test]
fn who_applied_is_listed_with_how_they_fit() {
    let app = App::start();
    make::policies(&app);
    let (cafe, rehab) = (make::service(&app, "crisis-cafe"), make::service(&app, "rehab"));
    let plan = make::approved_plan(&app, &cafe);
    let wanted = json!([
        { "service_id": cafe, "perspective": "patient", "essential": true },
        { "service_id": rehab, "perspective": "carer", "essential": false },
    ]);
    let opportunity = make::published(
        &app,
        &plan,
        json!({
            "experience_wanted": wanted, "skills": "Somebody who likes minute taking.", "places": 4, "starts_on": "2026-07-01",
            "clearances_required": [{ "kind": "identity" }, { "kind": "references" }, { "kind": "right_to_work" }],
        }),
    );
    let skills = json!({ "skills": ["Minute Taking", "Juggling"], "interests": ["workshop"] });
    let grace = applied(&app, &opportunity, "grace", skills);
    let tom = applied(&app, &opportunity, "tom", json!({}));
    for (service, side) in [(&cafe, "patient"), (&rehab, "patient")] {
        let body = json!({ "service_id": service, "perspective": side, "note": "MARKER: nobody else's business" });
        app.lead().post(&format!("/v1/volunteers/{grace}/experiences"), body).expect(201);
    }
    holds(&app, &grace, "identity", "cleared", "2026-01-01");
    app.now_is("2026-07-03T10:00:00Z");
    holds(&app, &grace, "references", "cleared", "2026-07-02");
    app.now_is("2026-06-15T10:00:00Z");
    let path = format!("/v1/opportunities/{opportunity}/expressions-of-interest");
    let list = app.lead().get(&path);
    assert!(!list.text.contains("MARKER"), "{}", list.text);
    let items = list.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!((&items[1]["volunteer_id"], &items[0]["volunteer_id"]), (&json!(grace), &json!(tom)), "newest first");
    let experience = |met: bool| {
        json!([
            { "service_id": cafe, "service_name": "Service crisis-cafe", "perspective": "patient", "essential": true, "met": met },
            { "service_id": rehab, "service_name": "Service rehab", "perspective": "carer", "essential": false, "met": false },
        ])
    };
    let requirements = |status: [&str; 3]| {
        let kinds = ["identity", "references", "right_to_work"].into_iter().zip(status);
        kinds.map(|(kind, status)| json!({ "kind": kind, "status": status })).collect::<Vec<_>>()
    };
    let fit = json!({
        "on": "2026-07-01", "experience": experience(true), "interested": true, "skills": ["Minute Taking"],
        "requirements": requirements(["met", "under_way", "missing"]),
    });
    assert_eq!(items[1]["fit"], fit);
    let none = json!({
        "on": "2026-07-01", "experience": experience(false), "interested": false, "skills": [],
        "requirements": requirements(["missing"; 3]),
    });
    assert_eq!(items[0]["fit"], none);
    // Staff choose, too, and see no experience; the day of the first session counts once there is one.
    make::session(&app, &opportunity, "2026-07-02T09:00:00Z", 60);
    let seen = app.staff(&["crisis-cafe"]).get(&path).expect(200)["items"][1]["fit"].clone();
    assert_eq!((seen.get("experience"), &seen["on"]), (None, &json!("2026-07-02")));
    assert_eq!(seen["requirements"], json!(requirements(["met", "met", "missing"])));
    let own = app.volunteer(&grace).get(&path).expect(200)["items"].as_array().unwrap().clone();
    assert_eq!((own.len(), own[0].get("fit")), (1, None));
    app.staff(&["rehab"]).get(&path).refused(404, "not-found");
    app.finance().get(&path).refused(403, "forbidden");
}
