//! What is settled between client and service: packing, formats, tags, filters of several values, and how far one may go.

use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::http::operation::Deprecation;
use serde_json::json;

use crate::support::app::{instant, mint_defaults};
use crate::support::{App, make};

#[test]
fn an_answer_is_packed_where_that_is_taken_and_worth_it() {
    let app = App::start();
    let long = "/v1/opportunity-kinds";
    let plain = app.lead().get(long);
    assert!(plain.text.len() > 1_024 && plain.header("content-encoding").is_none());
    for accepts in ["gzip", "br, gzip;q=0.8"] {
        let packed = app.lead().send("GET", long, &[("accept-encoding", accepts)], None);
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{accepts}");
        assert!(packed.header("vary").unwrap().contains("Accept-Encoding"));
        assert_eq!(packed.unpacked(), plain.text);
        assert!(packed.bytes.len() * 2 < plain.text.len());
    }
    for accepts in ["identity", "br", "gzip;q=0"] {
        let answer = app.lead().send("GET", long, &[("accept-encoding", accepts)], None);
        assert_eq!((answer.header("content-encoding"), &answer.text), (None, &plain.text), "{accepts}");
    }
    let short = app.public().send("GET", "/health/live", &[("accept-encoding", "gzip")], None);
    assert_eq!(short.header("content-encoding"), None);
    let document = app.public().send("GET", "/openapi.json", &[("accept-encoding", "gzip")], None);
    assert_eq!(document.unpacked(), app.public().get("/openapi.json").text);
    assert!(document.bytes.len() < 255_000, "{}", document.bytes.len());
}

#[test]
fn what_is_known_already_is_not_sent_again_packed_or_not() {
    let app = App::start();
    for (path, client) in [("/openapi.json", app.public()), ("/v1/public/opportunities", app.public())] {
        let tag = client.get(path).header("etag").expect(path).to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
            let answer = client.send("GET", path, &[("if-none-match", &known), ("accept-encoding", "gzip")], None);
            assert_eq!((answer.status, answer.bytes.len()), (304, 0), "{path} {known}");
        }
        assert_eq!(client.send("GET", path, &[("if-none-match", "\"other\"")], None).status, 200);
    }
}

#[test]
fn a_public_list_has_another_tag_once_it_has_changed() {
    let app = App::start();
    make::policies(&app);
    let plan = make::approved_plan(&app, &make::service(&app, "crisis-cafe"));
    let before = app.public().get("/v1/public/opportunities").header("etag").unwrap().to_owned();
    make::published(&app, &plan, json!({}));
    let answer = app.public().send("GET", "/v1/public/opportunities", &[("if-none-match", &before)], None);
    assert_eq!(answer.status, 200);
}

#[test]
fn a_tag_that_a_proxy_made_weak_still_names_its_version() {
    let app = App::start();
    let path = format!("/v1/services/{}", make::service(&app, "crisis-cafe"));
    let packed = app.lead().send("GET", &path, &[("accept-encoding", "gzip")], None);
    let tag = packed.header("etag").unwrap().trim_start_matches("W/").to_owned();
    let change = |tag: &str, name: &str| {
        app.lead().send("PATCH", &path, &[("if-match", tag)], Some(json!({ "name": name }).to_string()))
    };
    change(&format!("W/{tag}"), "By a weak tag").expect(200);
    change(&format!("W/{tag}"), "By an old one").refused(412, "precondition-failed");
    change("W/\"2\"", "By the version alone").expect(200);
    change("W/2", "By no tag").refused(400, "invalid-parameter");
}

#[test]
fn accept_chooses_the_format_and_a_format_that_it_excludes_is_refused() {
    let app = App::start();
    let spend = |query: &str, accept: &str| {
        app.finance().send(
            "GET",
            &format!("/v1/reports/spend?group_by=cost_centre{query}"),
            &[("accept", accept)],
            None,
        )
    };
    let (json, csv) = (Some("application/json"), Some("text/csv; charset=utf-8"));
    for (query, accept, media) in [
        ("", "*/*", json),
        ("", "text/csv", csv),
        ("", "text/csv;q=0.9, application/json;q=0.1", csv),
        ("", "text/*, application/json;q=0.5", csv),
        ("", "application/json, text/csv", json),
        ("", "application/json;q=0, */*;q=.1", csv),
        ("&format=csv", "*/*", csv),
        ("&format=csv", "text/csv", csv),
        ("&format=json", "application/*", json),
    ] {
        let answer = spend(query, accept);
        assert_eq!((answer.status, answer.header("content-type")), (200, media), "{query} {accept}: {}", answer.text);
        assert!(answer.header("vary").unwrap().contains("Accept,"));
    }
    for (query, accept) in
        [("&format=csv", "application/json"), ("&format=json", "text/csv"), ("", "image/png"), ("", "text/csv;q=0")]
    {
        spend(query, accept).refused(406, "not-acceptable");
    }
}

#[test]
fn several_values_of_a_filter_go_by_comma_or_one_by_one() {
    let app = App::start();
    let status = |query: &str| app.lead().get(&format!("/v1/plans?{query}"));
    let plan = make::plan(&app, &make::service(&app, "crisis-cafe"));
    for query in ["status=draft,submitted", "status=submitted&status=draft", "status=submitted,approved&status=draft"] {
        let found = status(query).expect(200);
        assert_eq!(found["items"][0]["id"], plan, "{query}");
    }
    assert_eq!(status("status=submitted&status=approved").expect(200)["items"], json!([]));
    for query in ["status=draft&status=", "status=draft&status=no", "limit=1&limit=2", "service_id=a&service_id=b"] {
        status(query).refused(400, "invalid-parameter");
    }
    // A cursor belongs to the filter, however it was written.
    make::plan(&app, &make::service(&app, "second"));
    let cursor = status("status=draft&status=submitted&limit=1").expect(200)["next_cursor"].clone();
    status(&format!("status=draft,submitted&limit=1&cursor={}", cursor.as_str().unwrap())).expect(200);
}

#[test]
fn a_caller_is_told_how_far_they_may_go() {
    let app = App::limited(3);
    for left in [2, 1, 0] {
        let answer = app.lead().get("/v1/me");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"caller\";q=3;w=60"));
        assert!(answer.header("ratelimit").unwrap().starts_with(&format!("\"caller\";r={left};t=")), "{left}");
    }
    let answer = app.lead().get("/v1/me");
    assert!(answer.header("ratelimit").unwrap().starts_with("\"caller\";r=0;t="));
    assert!(answer.header("retry-after").is_some());
    answer.refused(429, "too-many-requests");
    assert_eq!(App::start().lead().get("/v1/me").header("ratelimit"), None, "no limit, nothing to tell");
}

#[test]
fn a_refusal_says_whether_the_token_the_scope_or_the_role_is_in_the_way() {
    let app = App::start();
    let none = app.public().get("/v1/plans");
    assert_eq!(none.header("www-authenticate"), Some("Bearer realm=\"involvement\""));
    none.refused(401, "unauthenticated");
    let narrow =
        app.with(Mint { roles: vec![Role::InvolvementLead], scope: Some("claims:read".to_owned()), ..mint_defaults() });
    let refused = narrow.get("/v1/plans");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"involvement\", error=\"insufficient_scope\""));
    let problem = refused.refused(403, "insufficient-scope");
    assert!(problem["detail"].as_str().unwrap().contains("`plans:read`"), "{problem}");
    let role = app.finance().post("/v1/plans", json!({}));
    assert_eq!(role.header("www-authenticate"), None, "another token would not help");
    let problem = role.refused(403, "forbidden");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("`involvement_lead`") && !detail.contains("`finance`"), "{detail}");
}

#[test]
fn callers_of_an_operation_that_will_go_are_told_and_counted() {
    let app = App::changed(|service| {
        let will_go = service.routes.operations.iter_mut().find(|it| it.id == "list_services").unwrap();
        will_go.deprecated = Some(Deprecation {
            since: instant("2026-11-01T00:00:00Z"),
            sunset: instant("2028-11-01T00:00:00Z"),
            guide: "https://trust.example/changes",
        });
    });
    make::service(&app, "one");
    make::service(&app, "two");
    let answer = app.lead().get("/v1/services?limit=1");
    assert_eq!(answer.header("deprecation"), Some("@1793491200"));
    assert_eq!(answer.header("sunset"), Some("Wed, 01 Nov 2028 00:00:00 GMT"));
    let links: Vec<&str> =
        answer.headers.iter().filter(|(name, _)| name == "link").map(|(_, it)| it.as_str()).collect();
    assert!(links.contains(&"<https://trust.example/changes>; rel=\"deprecation\""), "{links:?}");
    assert!(links.iter().any(|link| link.ends_with("rel=\"next\"")), "{links:?}");
    assert_eq!(app.lead().get("/v1/plans").header("deprecation"), None);
    let metrics = app.public().get("/metrics").text;
    assert!(metrics.contains("involvement_deprecated_requests_total{operation=\"list_services\"} 1"), "{metrics}");
}
