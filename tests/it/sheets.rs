//! Lists that people take into spreadsheets: sessions in their order of time, and people as far as the reader sees them.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;

use serde_json::json;

use crate::lists_as_csv::{column, formula, rows};
use crate::support::{App, Client, books, make};

#[test]
fn sessions_come_in_the_order_of_time_with_their_time_in_london_however_many() {
    let app = App::start();
    let it = make::engaged(&app);
    // Entered in another order than they take place, over the end of summer time, more than a block of them.
    for n in 0..6 {
        let starts = format!("2026-10-{}T08:30:00Z", 29 - n);
        make::session(&app, &it.opportunity, &starts, 90);
    }
    let copies = "INSERT INTO sessions SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'starts_at',
        s.starts_at + n * interval '7 days', 'ends_at', s.ends_at + n * interval '7 days'))).* FROM sessions s, generate_series(1, 100) n";
    let mut owner = app.database.as_owner();
    owner.batch_execute(&format!("SET session_replication_role = replica; {copies}")).expect("sessions");
    for (order, by_time) in [("soonest", true), ("latest", false)] {
        let all = rows(&app.lead(), &format!("/v1/sessions?format=csv&order={order}"));
        assert_eq!(all.len(), 606);
        let days: Vec<&str> = all.iter().map(|row| &*row["starts_on"]).collect();
        assert!(if by_time { days.is_sorted() } else { days.iter().rev().is_sorted() }, "{order}");
    }
    let changed = rows(&app.lead(), "/v1/sessions?format=csv&updated_since=2026-06-15T10:00:00Z");
    let ids: BTreeSet<&String> = changed.iter().map(|row| &row["id"]).collect();
    assert_eq!((changed.len(), ids.len()), (606, 606));
    let soonest = rows(&app.lead(), "/v1/sessions?format=csv&order=soonest");
    let shown =
        |n: usize| ["starts_on", "starts_time", "ends_time", "service_name"].map(|name| soonest[n][name].clone());
    assert_eq!(shown(0), ["2026-10-24", "09:30", "11:00", "Service crisis-cafe"], "summer time");
    assert_eq!(shown(1), ["2026-10-25", "08:30", "10:00", "Service crisis-cafe"], "winter time");
}

#[test]
fn each_list_of_people_shows_as_csv_what_the_reader_sees_and_says_who_was_looked_at() {
    let app = App::start();
    let (it, _) = formula(&app);
    let stranger = make::volunteer(&app, "Somebody Else");
    let ids = |who: &Client<'_>| column(who, "/v1/volunteers?format=csv", "id");
    assert_eq!(ids(&app.lead()).len(), 2);
    assert_eq!(ids(&app.staff(&["crisis-cafe"])), [it.volunteer.clone()]);
    assert_eq!(ids(&app.volunteer(&stranger)), [stranger.clone()]);
    app.finance().get("/v1/volunteers?format=csv").refused(403, "forbidden");
    let heading = |who: &Client<'_>| rows(who, "/v1/volunteers?format=csv")[0].keys().cloned().collect::<BTreeSet<_>>();
    for name in ["possible_duplicate_name", "possible_duplicate_volunteer_id", "staff_subject"] {
        assert!(heading(&app.lead()).contains(name) && !heading(&app.staff(&["crisis-cafe"])).contains(name), "{name}");
    }
    let own = heading(&app.volunteer(&it.volunteer));
    assert!(own.contains("weekly_alert_pounds") && !heading(&app.lead()).contains("weekly_alert_pounds"));
    // Somebody with the same e-mail address is named in cells of their own.
    let alike = |who: &str, email: &str| json!({ "legal_name": who, "email": email, "preferred_contact": "email" });
    for (name, email) in [("Ida One", "ida@example.org"), ("Ida Two", "IDA@example.org")] {
        app.lead().post("/v1/volunteers", alike(name, email)).expect(201);
    }
    assert_eq!(
        column(&app.lead(), "/v1/volunteers?format=csv&q=ida", "possible_duplicate_name"),
        ["Ida One", "Ida Two"]
    );
    let names = column(&app.lead(), "/v1/volunteers?format=csv&q=vera", "legal_name");
    assert_eq!(names, ["'=HYPERLINK(\"http://x.example\"), Vera"]);
    let roles = column(&app.lead(), "/v1/agreements?format=csv", "volunteer_id");
    assert_eq!(roles, [it.volunteer.clone()]);
    assert_eq!(column(&app.volunteer(&stranger), "/v1/agreements?format=csv", "id"), Vec::<String>::new());
    let titles = column(&app.staff(&["crisis-cafe"]), "/v1/opportunities?format=csv", "id");
    assert_eq!(titles, [it.opportunity.clone()]);
    for (list, what) in [("volunteers", "profile"), ("agreements", "agreement")] {
        let who = format!("lead.{list}");
        app.lead_called(&who).get(&format!("/v1/{list}?format=csv"));
        let looked = format!(
            "SELECT count(DISTINCT l.volunteer_id) FROM access_log l JOIN actors a ON a.id = l.actor_id WHERE a.subject = '{who}' AND l.what = '{what}'"
        );
        assert_eq!(books::number(&app, &looked), if list == "volunteers" { 4 } else { 1 }, "{list}");
    }
}
