//! Bad tokens.

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::json;

use crate::support::App;
use crate::support::app::{mint_defaults, token};

#[test]
fn bad_tokens_of_every_kind_are_one_refusal() {
    let app = App::start();
    let lead = || Mint { roles: vec![Role::InvolvementLead], ..mint_defaults() };
    let good = token(lead());
    let parts: Vec<&str> = good.split('.').collect();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1]);
    let wrong_key = involvement::access::token::mint(
        &lead(),
        crate::support::app::ISSUER,
        crate::support::app::AUDIENCE,
        "another-secret-of-more-than-32-bytes-here",
    )
    .unwrap();
    let wrong_issuer = involvement::access::token::mint(
        &lead(),
        "https://evil.test",
        crate::support::app::AUDIENCE,
        crate::support::app::SECRET,
    )
    .unwrap();
    let wrong_audience =
        involvement::access::token::mint(&lead(), crate::support::app::ISSUER, "else", crate::support::app::SECRET)
            .unwrap();
    let long = token(Mint { name: Some("x".repeat(190)), services: vec!["y".repeat(9_000)], ..lead() });
    let bad = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        none,
        wrong_key,
        wrong_issuer,
        wrong_audience,
        long,
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1].replace('e', "f"), parts[2]),
        token(Mint { subject: String::new(), ..lead() }),
        token(Mint { subject: "a\u{0}b".to_owned(), ..lead() }),
    ];
    for token in bad {
        for path in ["/v1/services", "/health/live"] {
            let answer = app.bearer(token.clone()).get(path);
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer realm=\"involvement\", error=\"invalid_token\""), "{token}");
            answer.refused(401, "unauthenticated");
        }
    }
    app.public().get("/v1/services").refused(401, "unauthenticated");
    app.public()
        .send("GET", "/v1/services", &[("authorization", &format!("Basic {good}"))], None)
        .refused(401, "unauthenticated");
    app.bearer(good.clone())
        .send("GET", "/v1/services", &[("authorization", &format!("Bearer {good}"))], None)
        .refused(401, "unauthenticated");
    app.with(Mint { roles: vec![], ..mint_defaults() }).get("/v1/services").refused(403, "forbidden");
    app.with(Mint { scope: Some("claims:read".to_owned()), ..lead() })
        .get("/v1/services")
        .refused(403, "insufficient-scope");
    app.with(Mint { scope: Some("plans:read claims:read".to_owned()), ..lead() }).get("/v1/services").expect(200);
    app.with(Mint { scope: Some("plans:read".to_owned()), ..lead() })
        .post("/v1/services", json!({}))
        .refused(403, "insufficient-scope");
}
