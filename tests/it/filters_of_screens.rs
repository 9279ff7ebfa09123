//! Filters that screens need: the sessions of a person, the plans and opportunities of a link person and of some days, support
//! contacts by their ids. None tells a caller what their answers do not show.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use crate::support::app::mint_defaults;
use crate::support::books::number;
use crate::support::{App, Client, make};

/// The ids of a list, in no order.
fn ids(who: &Client<'_>, path: &str) -> Vec<String> {
    let mut ids: Vec<String> = who.get(path).expect(200)["items"].as_array().unwrap().iter().map(make::id).collect();
    ids.sort();
    ids
}

fn sorted<const N: usize>(mut ids: [&String; N]) -> Vec<String> {
    ids.sort();
    ids.into_iter().cloned().collect()
}

const NONE: [String; 0] = [];

#[test]
fn sessions_are_found_by_who_is_expected_or_was_recorded() {
    let app = App::start();
    let vera = make::engaged(&app);
    let wim = make::volunteer(&app, "Wim Volunteer");
    make::agreement(&app, &vera.opportunity, &wim, json!({ "starts_on": "2026-06-14" }));
    let other = make::published(&app, &vera.plan, json!({ "title": "Forum" }));
    make::session(&app, &other, "2026-06-22T09:00:00Z", 60);
    let past = make::attended(&app, &vera.opportunity, &vera.volunteer, "2026-06-10T09:00:00Z", 60);
    let coming = make::session(&app, &vera.opportunity, "2026-06-20T09:00:00Z", 60);
    let of = |who: &Client<'_>, people: &str| ids(who, &format!("/v1/sessions?volunteer_id={people}"));
    let lead = app.lead();
    assert_eq!(of(&lead, &vera.volunteer), sorted([&past, &coming]));
    assert_eq!(of(&lead, &wim), sorted([&coming]), "his agreement began later");
    assert_eq!(of(&lead, &format!("{wim},{}", vera.volunteer)), sorted([&past, &coming]));
    let soonest = lead.get(&format!("/v1/sessions?order=soonest&limit=1&volunteer_id={}", vera.volunteer)).expect(200);
    assert_eq!(make::id(&soonest["items"][0]), past);
    assert_eq!(of(&app.staff(&["crisis-cafe"]), &wim), sorted([&coming]));
    // Whoever has left is expected no longer; what was recorded stays.
    lead.post(&format!("/v1/volunteers/{}/leave", vera.volunteer), json!({ "reason": "other" })).expect(200);
    assert_eq!(of(&lead, &vera.volunteer), sorted([&past]));
    lead.get("/v1/sessions?volunteer_id=vera").refused(400, "invalid-parameter");
    app.finance().get(&format!("/v1/sessions?volunteer_id={wim}")).refused(403, "forbidden");
}

#[test]
fn nobody_finds_out_by_a_filter_who_else_takes_part() {
    let app = App::start();
    let vera = make::engaged(&app);
    make::service(&app, "garden");
    let wim = make::volunteer(&app, "Wim Volunteer");
    make::agreement(&app, &vera.opportunity, &wim, json!({}));
    let session = make::session(&app, &vera.opportunity, "2026-06-20T09:00:00Z", 60);
    let of = |who: &Client<'_>, people: &str| ids(who, &format!("/v1/sessions?volunteer_id={people}"));
    let both = format!("{wim},{}", vera.volunteer);
    let looks = |of: &str| {
        number(&app, &format!("SELECT count(*) FROM access_log WHERE volunteer_id = '{of}' AND what = 'attendance'"))
    };
    let as_wim = |roles: &[Role], services: &[&str]| {
        app.with(Mint {
            roles: roles.to_vec(),
            subject: format!("volunteer.{wim}"),
            services: services.iter().map(|code| (*code).to_owned()).collect(),
            volunteer_id: Some(wim.parse::<uuid::Uuid>().unwrap().into()),
            ..mint_defaults()
        })
    };
    // A volunteer, and a member of staff of another service, or of none, who is a volunteer here.
    let staff = [Role::Staff, Role::Volunteer];
    for who in [app.volunteer(&wim), as_wim(&staff, &["garden"]), as_wim(&staff, &[])] {
        assert_eq!(ids(&who, "/v1/sessions"), sorted([&session]), "they see the session");
        assert_eq!(of(&who, &vera.volunteer), NONE);
        assert_eq!(of(&who, &wim), sorted([&session]));
        assert_eq!(of(&who, &both), sorted([&session]));
    }
    assert_eq!(of(&app.staff(&["garden"]), &both), NONE);
    assert_eq!((looks(&vera.volunteer), looks(&wim)), (0, 0), "nobody was told anything of somebody else");
    // Of whom it tells something to others, that is written down.
    assert_eq!(of(&app.staff(&["crisis-cafe"]), &vera.volunteer), sorted([&session]));
    assert_eq!((looks(&vera.volunteer), looks(&wim)), (1, 0));
    assert_eq!(of(&app.lead(), &both), sorted([&session]));
    assert_eq!((looks(&vera.volunteer), looks(&wim)), (2, 1));
    assert_eq!(ids(&app.lead(), "/v1/sessions"), sorted([&session]));
    assert_eq!((looks(&vera.volunteer), looks(&wim)), (2, 1), "a list of all tells nothing of anybody");
    // A lead who works at another service, too, and is a volunteer here, learns it all the same.
    let all_three = as_wim(&[Role::InvolvementLead, Role::Staff, Role::Volunteer], &["garden"]);
    assert_eq!(of(&all_three, &vera.volunteer), sorted([&session]));
    assert_eq!((looks(&vera.volunteer), looks(&wim)), (3, 1));
}

#[test]
fn plans_are_found_by_link_person_and_by_the_days_of_their_period() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    make::service(&app, "garden");
    let plan = |from: &str, to: &str, email: &str| {
        let link = json!({ "link_person": { "name": "Tom Reed", "email": email } });
        let more = json!({ "period_start": from, "period_end": to, "relationships": link });
        make::plan_with(&app, &service, more)
    };
    let spring = plan("2026-03-01", "2026-05-31", "tom.reed@trust.example");
    let summer = plan("2026-06-01", "2026-08-31", "amara.okafor@trust.example");
    let found = |query: &str| ids(&app.lead(), &format!("/v1/plans?{query}"));
    assert_eq!(found("link_person_email=Tom.Reed@trust.example"), sorted([&spring]));
    assert_eq!(found("link_person_email=nobody@trust.example"), NONE);
    for (query, plans) in [
        ("from=2026-05-31", sorted([&spring, &summer])),
        ("from=2026-06-01", sorted([&summer])),
        ("to=2026-05-31", sorted([&spring])),
        ("to=2026-06-01", sorted([&spring, &summer])),
        ("from=2026-05-31&to=2026-06-01", sorted([&spring, &summer])),
        ("from=2026-09-01&to=2026-09-30", Vec::new()),
        ("from=2026-05-01&link_person_email=tom.reed@trust.example", sorted([&spring])),
    ] {
        assert_eq!(found(query), plans, "{query}");
    }
    assert_eq!(ids(&app.staff(&["garden"]), "/v1/plans?link_person_email=tom.reed@trust.example"), NONE);
    let member = make::volunteer(&app, "Mia Member");
    assert_eq!(ids(&app.volunteer(&member), "/v1/plans?from=2026-01-01"), NONE, "of no plan is she a member");
}

#[test]
fn opportunities_are_found_by_contact_and_by_the_days_on_which_they_take_place() {
    let app = App::start();
    make::policies(&app);
    let service = make::service(&app, "crisis-cafe");
    let plan = make::approved_plan(&app, &service);
    let draft = |first: Option<&str>, last: Option<&str>, email: &str| {
        let contact = json!({ "name": "Tom Reed", "email": email });
        let more = json!({ "starts_on": first, "ends_on": last, "contact": contact });
        let body = make::with(make::opportunity_body(&plan), more);
        make::id(&app.lead().post("/v1/opportunities", body).expect(201))
    };
    let june = draft(Some("2026-06-01"), Some("2026-06-30"), "tom.reed@trust.example");
    let open = draft(Some("2026-07-01"), None, "amara.okafor@trust.example");
    let begun = draft(None, Some("2026-05-31"), "amara.okafor@trust.example");
    let unknown = draft(None, None, "Tom.Reed@trust.example");
    let found = |query: &str| ids(&app.lead(), &format!("/v1/opportunities?{query}"));
    assert_eq!(found("contact_email=TOM.reed@trust.example"), sorted([&june, &unknown]));
    for (query, opportunities) in [
        ("from=2026-06-30", sorted([&june, &open])),
        ("from=2026-07-01", sorted([&open])),
        ("to=2026-05-31", sorted([&begun])),
        ("to=2026-06-01", sorted([&june, &begun])),
        ("from=2026-05-31&to=2026-06-01", sorted([&june, &begun])),
        ("from=2030-01-01", sorted([&open])),
        ("to=2000-01-01", sorted([&begun])),
    ] {
        assert_eq!(found(query), opportunities, "{query}");
    }
    let somebody = make::volunteer(&app, "Vera Volunteer");
    let drafts = "/v1/opportunities?contact_email=tom.reed@trust.example";
    assert_eq!(ids(&app.volunteer(&somebody), drafts), NONE, "drafts are not for volunteers");
    app.lead().post(&format!("/v1/opportunities/{june}/publish"), make::all_cautions()).expect(200);
    assert_eq!(ids(&app.volunteer(&somebody), drafts), sorted([&june]));
}

#[test]
fn support_contacts_are_found_by_their_ids() {
    let app = App::start();
    let it = make::engaged(&app);
    let staff = app.staff(&["crisis-cafe"]);
    let contact = |on: &str| {
        let path = format!("/v1/agreements/{}/support-contacts", it.agreement);
        make::id(&staff.post(&path, json!({ "on": on, "kind": "practical" })).expect(201))
    };
    let (first, second, third) = (contact("2026-06-01"), contact("2026-06-02"), contact("2026-06-03"));
    let path = format!("/v1/support-contacts?id={first},{third}");
    assert_eq!(ids(&staff, &path), sorted([&first, &third]));
    assert_eq!(ids(&app.staff(&["garden"]), &path), NONE);
    assert_eq!(ids(&app.lead(), &format!("/v1/support-contacts?id={second}&volunteer_id={}", it.volunteer)), [second]);
    for overdue in ["overdue", "induction_overdue"] {
        let problem = app.lead().get(&format!("{path}&{overdue}=true")).refused(400, "invalid-parameter");
        let fault = &problem["errors"][0];
        assert_eq!((&fault["parameter"], &fault["code"]), (&json!("id"), &json!("not-with-overdue")), "{overdue}");
    }
}
