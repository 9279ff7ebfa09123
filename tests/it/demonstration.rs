//! The demonstration, loaded into its own database: no step is refused, and it includes the back-dated car rate.

use involvement::access::{Actor, Role};
use involvement::app::demo::{PEOPLE, SCRIPTS, play};
use involvement::app::routes;
use involvement::clock::Clock;
use involvement::db::ids::IdSource;
use involvement::db::pool::Db;
use involvement::files::Files;
use involvement::http::operation::Method;
use involvement::service::Service;
use involvement::service::local::Local;
use serde_json::{Value, json};

use crate::support::app::{AUDIENCE, ISSUER, SECRET, instant};
use crate::support::database::Database;

fn lead() -> Actor {
    Actor {
        issuer: ISSUER.to_owned(),
        subject: "lead.ellery".to_owned(),
        name: None,
        roles: vec![Role::InvolvementLead],
        services: Vec::new(),
        volunteer_id: None,
        scope: None,
        token_id: None,
    }
}

fn ask(service: &Service, method: Method, target: &str, body: Option<&Value>) -> Value {
    let request = Local { method, target, headers: &[], body: body.map(ToString::to_string) };
    let answer = service.call(Some(lead()), &request).unwrap_or_else(|no| panic!("{method} {target}: {no}"));
    serde_json::from_slice(answer.body.whole().expect("a whole answer")).expect("JSON")
}

#[test]
fn the_demonstration_plays_and_tells_of_the_back_dated_rate() {
    let database = Database::new();
    let folder = std::env::temp_dir().join(format!("involvement-files-{}", uuid::Uuid::now_v7()));
    let service = Service::new(
        routes(),
        Db::new(&database.url(), 2),
        Clock::fixed(instant("2026-11-23T10:00:00Z")),
        IdSource::default(),
        involvement::access::token::Verifier::with_secret(ISSUER, AUDIENCE, SECRET).expect("a verifier"),
        Files::in_folder(folder.clone()).expect("a folder"),
        "http://involvement.test".to_owned(),
    );
    let made = play(&service, PEOPLE, &SCRIPTS).expect("every step");
    // Car miles of Grace (12.4, and 24.8) and Pauline (18.6) were approved at 45p.
    assert_eq!(made["top-ups"], json!({ "claims_created": 3, "lines": 4, "total_pence": 3 * 124 + 186, "skipped": 0 }));
    let claims = ask(&service, Method::Get, "/v1/claims?limit=100", None);
    let of = |status: &str| {
        let items = claims["items"].as_array().unwrap().iter();
        let more: Vec<&Value> =
            items.filter(|item| !item["supplements_claim_id"].is_null() && item["status"] == status).collect();
        more.len()
    };
    assert_eq!((of("approved"), of("submitted")), (1, 2), "one is to be paid, the others wait");
    let overdue: Vec<bool> = made["support-overdue"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["overdue"] == true && (item["id"].is_null() || item["next_due"].is_string()))
        .collect();
    assert!(overdue.len() > 1 && overdue.iter().all(|is| *is), "somebody is overdue: {}", made["support-overdue"]);
    let policies = ask(&service, Method::Get, "/v1/reimbursement-policies?status=published&order=oldest", None);
    let rates: Vec<(&Value, &Value)> = policies["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|policy| (&policy["effective_from"], &policy["mileage"]["car"]["first_pence_per_mile"]))
        .collect();
    let [before, first, then] =
        [("2025-04-06", 45), ("2026-04-06", 45), ("2026-04-06", 55)].map(|(day, pence)| (json!(day), json!(pence)));
    let wanted = [before, first, then];
    assert_eq!(rates, wanted.iter().map(|(day, pence)| (day, pence)).collect::<Vec<_>>());
    assert_eq!(made["quote-grace"]["lines"][1]["explanation"], json!(["12.4 miles at 55p: £6.82"]));
    let quote = service.routes.operations.iter().find(|operation| operation.id == "quote_reimbursement").expect("it");
    for (name, example) in &quote.body.as_ref().expect("a body").examples {
        let told = ask(&service, Method::Post, quote.path, Some(example));
        assert!(told["total_pence"].as_i64() > Some(0), "{name}: {told}");
    }
    std::fs::remove_dir_all(folder).ok();
}
