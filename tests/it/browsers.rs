//! What browsers meet: pages of other origins, a service under a path, the start page and Swagger UI.

use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::service::SignIn;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::{Answer, App, make};

const INTRANET: &str = "https://intranet.trust.example";
const STRANGER: &str = "https://elsewhere.example";

fn with_intranet() -> App {
    App::changed(|service| service.origins = vec![INTRANET.to_owned()])
}

/// What a browser is told before it sends a request for a page of another origin.
fn preflight(app: &App, path: &str, origin: &str, method: &str) -> Option<String> {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", "authorization,content-type,if-match,idempotency-key"),
    ];
    let answer = bare(app, "OPTIONS", path, &headers);
    assert!(answer.0 < 300 || answer.0 == 400, "{path} {origin}: {}", answer.0);
    answer.1.into_iter().find(|(name, _)| name == "access-control-allow-origin").map(|(_, value)| value)
}

type Bare = (u16, Vec<(String, String)>, String);

/// A request whose answer need not be ours: preflights are answered before the service is asked.
fn bare(app: &App, method: &str, path: &str, headers: &[(&str, &str)]) -> Bare {
    let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
    let agent: ureq::Agent = config.max_redirects(0).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", app.address()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = agent.run(request.body(()).unwrap()).unwrap();
    let told = answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let told = told.collect();
    (answer.status().as_u16(), told, answer.body_mut().read_to_string().unwrap_or_default())
}

fn header<'a>(answer: &'a Bare, name: &str) -> Option<&'a str> {
    answer.1.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_page_of_a_listed_origin_may_do_everything_and_one_of_another_nothing() {
    let app = with_intranet();
    for (method, path) in [("GET", "/v1/me"), ("PATCH", "/v1/plans/x"), ("POST", "/v1/claims"), ("DELETE", "/v1/x")] {
        assert_eq!(preflight(&app, path, INTRANET, method).as_deref(), Some(INTRANET), "{method} {path}");
        for other in [STRANGER, "null", "https://intranet.trust.example.evil.example", "http://intranet.trust.example"]
        {
            assert_eq!(preflight(&app, path, other, method), None, "{method} {path} {other}");
        }
    }
    let read = |origin: &str| app.lead().send("GET", "/v1/services", &[("origin", origin)], None);
    let answer = read(INTRANET);
    assert_eq!(answer.header("access-control-allow-origin"), Some(INTRANET));
    assert_eq!(answer.header("access-control-allow-credentials"), None, "a token is sent by the page, not the browser");
    let vary = answer.header("vary").unwrap().to_ascii_lowercase();
    assert!(vary.contains("origin") && vary.contains("authorization"), "{vary}");
    let shown = answer.header("access-control-expose-headers").unwrap().to_ascii_lowercase();
    for name in [
        "etag",
        "location",
        "link",
        "retry-after",
        "x-request-id",
        "idempotency-replayed",
        "content-disposition",
        "content-digest",
        "control-count",
        "control-total-pence",
        "www-authenticate",
        "ratelimit",
    ] {
        assert!(shown.split(',').any(|it| it.trim() == name), "{name} is not in {shown}");
    }
    assert_eq!(read(STRANGER).header("access-control-allow-origin"), None);
    let refused = app.public().send("GET", "/v1/services", &[("origin", INTRANET)], None);
    assert_eq!(refused.header("access-control-allow-origin"), Some(INTRANET), "a page must see why it was refused");
    refused.refused(401, "unauthenticated");
}

#[test]
fn where_no_origin_is_listed_every_page_reads_what_is_public_and_nothing_else() {
    let app = App::start();
    for path in ["/v1/public/opportunities", "/openapi.json"] {
        assert_eq!(preflight(&app, path, STRANGER, "GET").as_deref(), Some(STRANGER), "{path}");
        let answer = app.public().send("GET", path, &[("origin", STRANGER)], None);
        assert_eq!(answer.header("access-control-allow-origin"), Some(STRANGER), "{path}");
    }
    let form = "/v1/public/opportunities/01900000-0000-7000-8000-000000000000/expressions-of-interest";
    assert_eq!(preflight(&app, form, STRANGER, "POST"), None);
    assert_eq!(preflight(&app, "/v1/me", STRANGER, "GET"), None);
    let own = app.lead().send("GET", "/v1/me", &[("origin", STRANGER)], None);
    assert_eq!(own.header("access-control-allow-origin"), None);
}

/// A service that a proxy serves under a path, which it takes off.
fn under_a_path() -> App {
    App::changed(|service| {
        service.reached_at("https://trust.example/involvement");
        service.swagger_ui = true;
    })
}

#[test]
fn every_address_that_the_service_makes_begins_with_its_own_path() {
    let app = under_a_path();
    let body = json!({
        "code": "cafe", "name": "Crisis café", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    let created = app.lead().post("/v1/services", body);
    let location = created.header("location").unwrap().to_owned();
    assert!(location.starts_with("/involvement/v1/services/"), "{location}");
    let another = make::service(&app, "another");
    let page = app.lead().get("/v1/services?limit=1");
    let link = page.header("link").unwrap();
    assert!(link.starts_with("</involvement/v1/services?"), "{link}");
    let problem = app.lead().get("/v1/plans/x").refused(404, "not-found");
    assert_eq!(problem["type"], "https://trust.example/involvement/problems/not-found");
    assert_eq!(problem["instance"], "/involvement/v1/plans/x");
    let document = app.public().get("/openapi.json").expect(200);
    assert_eq!(document["servers"][0]["url"], "/involvement");
    let feed = app.public().get("/v1/public/opportunities/feed").text;
    let addresses: Vec<&str> = feed.split("href=\"").skip(1).collect();
    assert!(!addresses.is_empty() && addresses.iter().all(|it| it.starts_with("https://trust.example/involvement/")));
    let plan = make::plan(&app, &another);
    app.lead().ask(&format!("/v1/plans/{plan}/submit")).expect(200);
    let work = app.lead_called("lead.zoe").get("/v1/me/work?kind=plans_to_decide").expect(200);
    assert_eq!(work["items"][0]["resource"]["path"], format!("/involvement/v1/plans/{plan}"));
    let moved = bare(&app, "GET", "/swagger-ui", &[]);
    assert_eq!((moved.0, header(&moved, "location")), (308, Some("/involvement/swagger-ui/")));
}

/// Every address in a page is relative, so that it works under any path.
#[track_caller]
fn only_relative_addresses(page: &str) {
    for sign in ["href=\"", "src=\""] {
        for address in page.split(sign).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!address.starts_with('/') && !address.contains("://"), "{address}");
        }
    }
}

#[test]
fn the_pages_have_the_methods_and_headers_of_every_other_answer() {
    let app = under_a_path();
    for path in ["/", "/start.css", "/swagger-ui/", "/swagger-ui/swagger-ui-bundle.js"] {
        let get = bare(&app, "GET", path, &[]);
        assert_eq!(get.0, 200, "{path}");
        assert!(header(&get, "content-type").unwrap().ends_with("charset=utf-8"), "{path}");
        for name in ["x-request-id", "x-content-type-options", "content-security-policy", "vary"] {
            assert!(header(&get, name).is_some(), "{path} {name}");
        }
        let head = bare(&app, "HEAD", path, &[]);
        assert_eq!((head.0, head.2.as_str()), (200, ""), "{path}");
        assert_eq!(header(&head, "content-length"), Some(get.2.len().to_string().as_str()), "{path}");
        let options = bare(&app, "OPTIONS", path, &[]);
        assert_eq!((options.0, header(&options, "allow")), (204, Some("GET, HEAD, OPTIONS")), "{path}");
        app.public().send("POST", path, &[], None).refused(405, "method-not-allowed");
        if path != "/" {
            let tag = header(&get, "etag").unwrap();
            assert_eq!(bare(&app, "GET", path, &[("if-none-match", tag)]).0, 304, "{path}");
        }
    }
    app.public().get("/swagger-ui/nothing").refused(404, "not-found");
    let kept = bare(&app, "GET", "/swagger-ui/swagger-ui-bundle.js", &[]);
    assert!(header(&kept, "cache-control").unwrap().contains("immutable"));
    let page = bare(&app, "GET", "/swagger-ui/", &[]);
    assert_eq!(header(&page, "cache-control"), Some("no-cache"));
    assert!(page.2.contains("swagger-ui-bundle.js?v=") && !page.2.contains("VERSION"), "{}", page.2);
    only_relative_addresses(&page.2);
}

#[test]
fn the_start_page_signs_in_where_it_is_told_whom_and_only_links_elsewhere() {
    let serving = App::start();
    let page = serving.public().get("/").text;
    assert!(page.contains("openapi.json") && !page.contains("data-token") && !page.contains("swagger-ui"), "{page}");
    only_relative_addresses(&page);
    let token = crate::support::app::token(Mint { roles: vec![Role::InvolvementLead], ..mint_defaults() });
    let lead = SignIn { name: "Ruth <Ellery>".to_owned(), roles: "involvement lead".to_owned(), token: token.clone() };
    let app = App::beside(&serving.database, |service| {
        service.sign_ins = vec![lead];
        service.swagger_ui = true;
    });
    let page = app.public().get("/");
    assert_eq!(page.header("cache-control"), Some("no-store"), "tokens are in it");
    assert!(page.text.contains(&format!("data-token=\"{token}\"")) && !page.text.contains("<Ellery>"), "{}", page.text);
    assert_eq!(page.text.matches("<noscript>").count(), 1);
    only_relative_addresses(&page.text);
    let Answer { json: Value::Object(me), .. } = app.bearer(token).get("/v1/me") else { panic!("who one is") };
    assert!(me.contains_key("roles"));
}
