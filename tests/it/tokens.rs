//! Tokens of a real issuer: keys from a JWKS file, chosen by `kid`, each used only with its own algorithm.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use involvement::access::token::Verifier;
use involvement::clock::{Clock, Instant};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use serde_json::{Value, json};

use crate::support::app::{AUDIENCE, ISSUER, instant};
use crate::support::{App, make};

/// Two keys that are used only in tests.
const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIGNiIEXvxke48utENnnybVicD5HPVhToJ6FRVlAEcYHM";
const KEY_X: &str = "36FV5153UTEqRa6XQMFxvYE29LV50lu2oyTXz9TheA4";
const OTHER: &str = "MC4CAQAwBQYDK2VwBCIEIC7asaQBD5LcKWg1f6pBLQuP5ZuCF0a4Ym/CEHQBA+o1";

fn claims(more: Value) -> Value {
    let now = get_current_timestamp();
    let mut claims = json!({ "iss": ISSUER, "aud": [AUDIENCE, "else"], "sub": "ann", "iat": now, "exp": now + 600, "roles": ["involvement_lead", "king"] });
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn signed(key: &str, header: &Header, claims: &Value) -> String {
    encode(header, claims, &EncodingKey::from_ed_der(&STANDARD.decode(key).unwrap())).unwrap()
}

fn header(kid: Option<&str>) -> Header {
    Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::EdDSA) }
}

/// A file with a key set, in which the key has this id.
fn key_set(name: &str, kid: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("involvement-jwks-{}-{name}", std::process::id()));
    let set = json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "x": KEY_X, "kid": kid, "alg": "EdDSA", "use": "sig" },
        { "kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "shared" },
    ] });
    std::fs::write(&file, set.to_string()).unwrap();
    file
}

/// A key set in its own file.
fn verifier(name: &str) -> Verifier {
    let file = key_set(name, "one");
    let verifier = Verifier::with_jwks_file(ISSUER, AUDIENCE, &file).unwrap();
    std::fs::remove_file(file).unwrap();
    verifier
}

#[test]
fn a_token_signed_by_a_key_of_the_set_names_its_actor() {
    let verifier = verifier("good");
    let actor = verifier.verify(&signed(KEY, &header(Some("one")), &claims(json!({})))).unwrap();
    assert_eq!(
        (actor.subject.as_str(), actor.roles.len()),
        ("ann", 1),
        "a role that the service does not know counts for nothing"
    );
    for typ in [None, Some("at+jwt"), Some("JWT")] {
        let header = Header { typ: typ.map(str::to_owned), ..header(Some("one")) };
        verifier.verify(&signed(KEY, &header, &claims(json!({})))).unwrap();
    }
    verifier.verify(&signed(KEY, &header(None), &claims(json!({})))).unwrap();
}

#[test]
fn what_any_other_key_signed_or_any_claim_lacks_is_refused() {
    let verifier = verifier("bad");
    let now = get_current_timestamp();
    assert!(verifier.verify(&signed(OTHER, &header(Some("one")), &claims(json!({})))).is_err(), "another key");
    assert!(verifier.verify(&signed(KEY, &header(Some("two")), &claims(json!({})))).is_err(), "an unknown kid");
    let shared = encode(
        &Header { kid: Some("shared".to_owned()), ..Header::new(Algorithm::HS256) },
        &claims(json!({})),
        &EncodingKey::from_secret("another".repeat(5).as_bytes()),
    );
    assert!(verifier.verify(&shared.unwrap()).is_err(), "a shared secret in a public set");
    let confused = encode(
        &Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) },
        &claims(json!({})),
        &EncodingKey::from_secret(KEY_X.as_bytes()),
    );
    assert!(verifier.verify(&confused.unwrap()).is_err(), "the public key as a secret");
    let typ = Header { typ: Some("id+jwt".to_owned()), ..header(Some("one")) };
    assert!(verifier.verify(&signed(KEY, &typ, &claims(json!({})))).is_err(), "another kind of token");
    for wrong in [
        json!({ "exp": null }),
        json!({ "iat": null }),
        json!({ "iss": null }),
        json!({ "aud": null }),
        json!({ "sub": null }),
        json!({ "exp": now - 31 }),
        json!({ "nbf": now + 60 }),
        json!({ "iat": now + 60 }),
        json!({ "iss": "https://evil.test" }),
        json!({ "aud": "else" }),
    ] {
        assert!(verifier.verify(&signed(KEY, &header(Some("one")), &claims(wrong.clone()))).is_err(), "{wrong}");
    }
    verifier.verify(&signed(KEY, &header(Some("one")), &claims(json!({ "exp": now - 20, "nbf": now + 20 })))).unwrap();
}

/// A clock that stands at the system's time, and that time.
fn clock() -> (Clock, Instant) {
    let now = Clock::System.now();
    (Clock::fixed(now), now)
}

fn seconds_later(at: Instant, seconds: u64) -> Instant {
    instant(&jiff::Timestamp::to_string(&(at.timestamp() + std::time::Duration::from_secs(seconds))))
}

#[test]
fn a_token_that_was_verified_before_is_refused_once_it_has_ended() {
    let (clock, now) = clock();
    let verifier = verifier("ended").with_clock(clock.clone());
    let exp = now.as_seconds() + 600;
    let token = signed(KEY, &header(Some("one")), &claims(json!({ "exp": exp })));
    let actor = verifier.verify(&token).unwrap();
    for (later, accepted) in [(0, true), (600, true), (630, true), (631, false), (6_000, false), (600, true)] {
        clock.set(seconds_later(now, later));
        let again = verifier.verify(&token);
        assert_eq!(again.as_ref().ok(), accepted.then_some(&actor), "{later} seconds later");
    }
}

#[test]
fn a_token_that_was_verified_before_is_verified_anew_where_the_clock_went_back() {
    let (clock, now) = clock();
    let verifier = verifier("back").with_clock(clock.clone());
    clock.set(seconds_later(now, 3_600));
    // Verified at a time that has not come yet, by the system's clock, and ended by it.
    let token = signed(KEY, &header(Some("one")), &claims(json!({ "exp": now.as_seconds() + 600 })));
    verifier.verify(&token).unwrap();
    verifier.verify(&token).unwrap_err();
    clock.set(now);
    verifier.verify(&token).unwrap();
}

#[test]
fn a_token_that_was_verified_before_is_refused_once_its_key_has_left_the_set() {
    let (clock, now) = clock();
    let file = key_set("left", "one");
    let verifier = Verifier::with_jwks_file(ISSUER, AUDIENCE, &file).unwrap().with_clock(clock.clone());
    let token = signed(KEY, &header(Some("one")), &claims(json!({})));
    verifier.verify(&token).unwrap();
    // Two writes in one tick of the file system's clock would leave the same time of change.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
    std::fs::File::options().append(true).open(key_set("left", "two")).unwrap().set_modified(later).unwrap();
    clock.set(seconds_later(now, 29));
    verifier.verify(&token).unwrap();
    clock.set(seconds_later(now, 60));
    verifier.verify(&token).unwrap_err();
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_token_like_one_that_was_verified_before_is_verified_itself() {
    let verifier = verifier("alike");
    let token = signed(KEY, &header(Some("one")), &claims(json!({})));
    verifier.verify(&token).unwrap();
    let other = signed(OTHER, &header(Some("one")), &claims(json!({})));
    let (content, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    for _ in 0..2 {
        verifier.verify(&format!("{content}.{signature}")).unwrap_err();
        verifier.verify(&format!("{token}x")).unwrap_err();
    }
    verifier.verify(&token).unwrap();
}

#[test]
fn tokens_are_read_as_standards_and_issuers_write_them() {
    let verifier = verifier("standards");
    let read = |more: Value| verifier.verify(&signed(KEY, &header(Some("one")), &claims(more)));
    let now = get_current_timestamp();
    let seconds =
        |past: u64, fraction: &str| format!("{}{fraction}", now + past).parse::<serde_json::Number>().unwrap();
    for (name, past, fraction) in [("exp", 600, ".77"), ("exp", 600, ".0"), ("iat", 0, ".5"), ("nbf", 0, ".5")] {
        read(json!({ name: seconds(past, fraction) })).unwrap();
    }
    for (name, wrong) in [("exp", json!(1.5)), ("exp", json!("9999999999")), ("exp", json!(-1)), ("iat", json!(1e300))]
    {
        assert!(read(json!({ name: wrong })).is_err(), "{name}");
    }
    for (typ, may) in [("application/at+jwt", true), ("Application/AT+JWT", true), ("application/jwk", false)] {
        let header = Header { typ: Some(typ.to_owned()), ..header(Some("one")) };
        assert_eq!(verifier.verify(&signed(KEY, &header, &claims(json!({})))).is_ok(), may, "{typ}");
    }
    let one = read(json!({ "roles": "involvement_lead", "services": "crisis-cafe" })).unwrap();
    assert_eq!((one.roles.len(), one.services), (1, vec!["crisis-cafe".to_owned()]));
    for (said, scope) in [
        (json!({ "scp": "plans:read claims:read" }), vec!["plans:read", "claims:read"]),
        (json!({ "scp": ["plans:read"] }), vec!["plans:read"]),
        (json!({ "scope": ["plans:read claims:read"] }), vec!["plans:read", "claims:read"]),
        (json!({ "scope": "plans:read claims:read", "scp": "claims:read users:all" }), vec!["claims:read"]),
        (json!({ "scp": "" }), vec![]),
    ] {
        let actor = read(said.clone()).unwrap();
        assert_eq!(actor.scope, Some(scope.into_iter().map(str::to_owned).collect()), "{said}");
    }
    assert_eq!(read(json!({})).unwrap().scope, None);
}

#[test]
fn what_a_token_or_a_key_asks_for_and_the_service_does_not_do_is_refused() {
    let verifier = verifier("asks");
    let crit = Header { crit: Some(vec!["exp".to_owned()]), ..header(Some("one")) };
    assert!(verifier.verify(&signed(KEY, &crit, &claims(json!({})))).is_err(), "crit");
    for sub in ["ann ", " ann", "\u{A0}ann", "a\u{200B}nn", "ann\u{202E}", "a\u{AD}nn"] {
        assert!(
            verifier.verify(&signed(KEY, &header(Some("one")), &claims(json!({ "sub": sub })))).is_err(),
            "{sub:?}"
        );
    }
    verifier.verify(&signed(KEY, &header(Some("one")), &claims(json!({ "sub": "ann example" })))).unwrap();
    // The key is there, but not for signatures.
    for (name, purpose) in [("enc", json!({ "use": "enc" })), ("ops", json!({ "key_ops": ["encrypt", "sign"] }))] {
        let mut key = json!({ "kty": "OKP", "crv": "Ed25519", "x": KEY_X, "kid": "one", "alg": "EdDSA" });
        key.as_object_mut().unwrap().extend(purpose.as_object().unwrap().clone());
        let file = std::env::temp_dir().join(format!("involvement-jwks-{}-{name}", std::process::id()));
        std::fs::write(&file, json!({ "keys": [key] }).to_string()).unwrap();
        Verifier::with_jwks_file(ISSUER, AUDIENCE, &file).expect_err(name);
        std::fs::remove_file(file).unwrap();
    }
}

#[test]
fn the_codes_of_services_in_a_token_are_compared_without_regard_to_case() {
    let app = App::start();
    let service = make::service(&app, "crisis-cafe");
    let plan = make::plan(&app, &service);
    let path = format!("/v1/plans/{plan}");
    app.staff(&["elsewhere"]).get(&path).refused(404, "not-found");
    for code in ["crisis-cafe", "Crisis-Cafe", "CRISIS-CAFE"] {
        app.staff(&[code]).get(&path).expect(200);
    }
}

#[test]
fn a_display_name_never_decides_about_entry() {
    let verifier = verifier("names");
    for (name, shown) in [
        (json!("é".repeat(120)), Some("é".repeat(100))),
        (json!("x".repeat(256)), Some("x".repeat(200))),
        (json!("Amara\u{202E} Okafor\n"), Some("Amara Okafor".to_owned())),
        (json!(""), None),
        (json!("\u{200B}"), None),
        (json!(7), None),
    ] {
        let actor = verifier.verify(&signed(KEY, &header(Some("one")), &claims(json!({ "name": name })))).unwrap();
        assert_eq!(actor.name, shown, "{name}");
    }
}
