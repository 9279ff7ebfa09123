//! A letter for a benefits office: what repaid expenses, what was payment for time, what was not taken; the statement's figures.

use serde_json::json;

use crate::documents::page;
use crate::support::make::Engaged;
use crate::support::{App, make, paid};

fn paid_for(app: &App) -> Engaged {
    let engaged = make::engaged(app);
    make::payee(app, &engaged.volunteer);
    let session = make::attended(app, &engaged.opportunity, &engaged.volunteer, "2026-06-08T09:00:00Z", 240);
    let lines = json!([
        { "kind": "time", "session_id": session, "elected_pence": 5000 },
        { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10.5, "from": "A", "to": "B" },
    ]);
    make::approved(app, &engaged, lines);
    paid::everything(app, "payroll", "2026-06-16");
    paid::everything(app, "accounts_payable", "2026-06-18");
    app.now_is("2026-06-20T10:00:00Z");
    engaged
}

#[test]
fn the_letter_tells_expenses_from_payment_and_what_was_not_taken() {
    let app = App::start();
    let engaged = paid_for(&app);
    let who = app.volunteer(&engaged.volunteer);
    let statement = who.get("/v1/me/statement?tax_year=2026/27").expect(200);
    // 10.5 miles at 55p are £5.78; of £75.00 for time, £25.00 is not taken.
    let figures = ["expense_pence", "time_pence", "total_pence", "declined_pence"].map(|name| statement[name].clone());
    assert_eq!(figures, [json!(578), json!(5000), json!(5578), json!(2500)]);
    for layout in ["standard", "large_print", "easy_read"] {
        let letter = page(who.get(&format!("/v1/me/benefits-letter?layout={layout}")));
        for told in ["£5.78", "£50.00", "£55.78", "£25.00", "Vera Volunteer", "6 April 2026", "20 June 2026"] {
            assert!(letter.contains(told), "{layout}: {told} in {letter}");
        }
        assert!(!letter.contains("crisis"), "the name of a service can say what somebody is treated for: {letter}");
        assert!(letter.contains("16 June 2026") && letter.contains("18 June 2026"), "each payment: {letter}");
    }
    let text = who.get("/v1/me/benefits-letter?format=text");
    assert_eq!(text.header("content-type"), Some("text/plain; charset=utf-8"));
    for line in [
        "Expenses, paid back (money that was spent to take part): £5.78\n",
        "Payment for time: £50.00\n",
        "Paid together: £55.78\n",
        "We offered £25.00 more for time that Vera Volunteer chose not to take. It was never paid.\n",
        "It is not advice on benefits or tax.",
    ] {
        assert!(text.text.contains(line), "{line} in {}", text.text);
    }
    assert!(!text.text.contains("crisis") && !text.text.contains('<'), "{}", text.text);
}

#[test]
fn the_letter_is_of_its_period_and_for_the_person_alone() {
    let app = App::start();
    let engaged = paid_for(&app);
    let who = app.volunteer(&engaged.volunteer);
    let told = |query: &str| who.get(&format!("/v1/me/benefits-letter?format=text&{query}")).text;
    let one = told("from=2026-06-17&to=2026-06-18");
    assert!(one.contains("Paid together: £5.78\n") && one.contains("Payment for time: £0.00\n"), "{one}");
    assert!(told("from=2026-06-01&to=2026-06-14").contains("We made no payment in this period."));
    assert!(
        !told("from=2026-06-16&to=2026-06-16").contains("We offered"),
        "nothing was declined: approved the day before"
    );
    who.get("/v1/me/benefits-letter?from=2026-06-21").refused(400, "invalid-parameter");
    who.get("/v1/me/benefits-letter?format=pdf").refused(400, "invalid-parameter");
    for client in [app.lead(), app.finance(), app.staff(&["crisis-cafe"])] {
        client.get("/v1/me/benefits-letter").refused(403, "forbidden");
    }
    app.public().get("/v1/me/benefits-letter").refused(401, "unauthenticated");
    let other = make::volunteer(&app, "Olu Other");
    let theirs = app.volunteer(&other).get("/v1/me/benefits-letter").text;
    assert!(theirs.contains("Olu Other") && !theirs.contains("Vera"), "{theirs}");
}
