//! Tokens of several issuers, in the shapes in which Entra ID, Keycloak, a token exchange for NHS CIS2 and AD FS write
//! them, with the settings that docs/tokens.md gives for each.

use involvement::access::issuers::{IssuerRules, read};
use involvement::access::token::{BadToken, Verifier};
use involvement::access::{Actor, Role};
use jsonwebtoken::get_current_timestamp;
use serde_json::{Value, json};

use crate::support::provider::{key_set, signed};

/// The settings that the documentation gives for a provider, with the keys of the tests.
fn rules(provider: &str) -> Vec<IssuerRules> {
    let page = include_str!("../../docs/tokens.md");
    let begins = format!("```json {provider}\n");
    let text = page.split(&begins).nth(1).and_then(|rest| rest.split("```").next()).expect("settings");
    let mut rules = read(text).expect("settings that are right");
    let folder = std::env::temp_dir().join(format!("involvement-issuers-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).expect("a folder");
    for rules in &mut rules {
        assert!(rules.address().is_some(), "keys at an address");
        let file = folder.join(&rules.name);
        std::fs::write(&file, key_set(&rules.name)).expect("a file of keys");
        rules.jwks = file.display().to_string();
    }
    rules
}

fn verifier(provider: &str) -> Verifier {
    Verifier::of(rules(provider)).expect("a verifier")
}

/// Claims with the times that every token has, and more; a null takes one away.
fn claims(of: &Value, more: Value) -> Value {
    let now = get_current_timestamp();
    let mut claims = json!({ "iat": now, "nbf": now, "exp": now + 600 });
    for members in [of, &more] {
        for (name, value) in members.as_object().expect("claims") {
            claims[name] = value.clone();
        }
    }
    claims.as_object_mut().expect("claims").retain(|_, value| !value.is_null());
    claims
}

type Read = Result<Actor, BadToken>;

fn entra() -> Value {
    json!({
        "aud": "99999999-8888-7777-6666-555555555555",
        "iss": "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
        "aio": "AWQAm/8XAAAAxyz", "azp": "77777777-0000-0000-0000-000000000000", "azpacr": "1",
        "name": "Amara Okafor", "oid": "0f6a1f5e-0000-4000-8000-000000000001",
        "preferred_username": "amara.okafor@trust.example", "rh": "0.AX0A", "roles": ["Involvement.Lead"],
        "scp": "access_as_user", "sub": "pairwise-and-of-no-use", "tid": "11111111-2222-3333-4444-555555555555",
        "uti": "kD1f", "ver": "2.0",
    })
}

#[test]
fn entra_id_names_people_by_oid_and_rights_by_app_roles() {
    let verifier = verifier("entra");
    let read = |more: Value| -> Read { verifier.verify(&signed("entra", Some("JWT"), &claims(&entra(), more))) };
    let lead = read(json!({})).unwrap();
    assert_eq!(lead.subject, "0f6a1f5e-0000-4000-8000-000000000001");
    assert_eq!((lead.roles, lead.name.as_deref()), (vec![Role::InvolvementLead], Some("Amara Okafor")));
    assert_eq!((lead.scope, lead.services), (None, vec![]), "access_as_user narrows nothing");
    assert_eq!(lead.token_id.as_deref(), Some("kD1f"), "Entra ID has no jti");
    let nurse = read(json!({ "roles": ["Involvement.Staff", "Service.CrisisCafe", "staff", "perinatal"] })).unwrap();
    assert_eq!((nurse.roles, nurse.services), (vec![Role::Staff], vec!["crisis-cafe".to_owned()]), "only mapped words");
    for narrow in ["Plans.Read profile", "access_as_user Plans.Read", "Plans.Read access_as_user"] {
        assert_eq!(read(json!({ "scp": narrow })).unwrap().scope, Some(vec!["plans:read".to_owned()]), "{narrow}");
    }
    assert_eq!(
        read(json!({ "scp": "openid" })).unwrap().scope,
        Some(vec![]),
        "nothing is known, so nothing is allowed"
    );
    let daemon = read(json!({ "scp": null, "roles": ["Involvement.Finance"] })).unwrap();
    assert_eq!((daemon.roles, daemon.scope), (vec![Role::Finance], None), "a program's own token has no scp");
    // Too many groups: the claim is away and says where it is.
    let many = json!({ "roles": null, "_claim_names": { "groups": "src1" }, "hasgroups": true });
    assert_eq!(read(many).unwrap().roles, vec![]);
    for wrong in [
        json!({ "tid": "22222222-2222-3333-4444-555555555555" }),
        json!({ "ver": "1.0" }),
        json!({ "oid": null }),
        json!({ "oid": 7 }),
        json!({ "aud": "api://another" }),
        json!({ "iss": "https://sts.windows.net/11111111-2222-3333-4444-555555555555/" }),
        json!({ "exp": null }),
        json!({ "iat": null }),
    ] {
        read(wrong.clone()).expect_err(&wrong.to_string());
    }
}

#[test]
fn keycloak_has_the_roles_of_a_client_deep_in_its_tokens() {
    let verifier = verifier("keycloak");
    let token = json!({
        "jti": "trrtac:0b1c", "iss": "https://login.trust.example/realms/trust", "aud": ["involvement", "account"],
        "sub": "f3a9d1c2-0000-4000-8000-000000000002", "typ": "Bearer", "azp": "intranet", "acr": "1",
        "realm_access": { "roles": ["offline_access", "lead"] },
        "resource_access": { "involvement": { "roles": ["staff"] }, "account": { "roles": ["manage-account"] } },
        "scope": "openid profile email", "services": ["perinatal"], "name": "Ben Fox", "preferred_username": "ben",
    });
    let read = |more: Value| -> Read { verifier.verify(&signed("keycloak", Some("JWT"), &claims(&token, more))) };
    let nurse = read(json!({})).unwrap();
    assert_eq!((nurse.roles, nurse.services), (vec![Role::Staff], vec!["perinatal".to_owned()]));
    assert_eq!((nurse.scope, nurse.token_id.as_deref()), (None, Some("trrtac:0b1c")));
    let id = uuid::Uuid::now_v7();
    let roles = json!({ "involvement": { "roles": ["volunteer"] } });
    let volunteer = read(json!({ "resource_access": roles, "volunteer_id": id, "services": null })).unwrap();
    assert_eq!(volunteer.only_volunteer(), Some(id.into()));
    let narrow = read(json!({ "scope": "involvement-read" })).unwrap();
    assert_eq!(narrow.scope, Some(vec!["plans:read".to_owned(), "opportunities:read".to_owned()]));
    read(json!({ "typ": "ID" })).expect_err("an ID token");
    read(json!({ "aud": "account" })).expect_err("a token for somebody else");
}

fn cis2() -> Value {
    json!({
        "iss": "https://exchange.trust.example", "aud": "https://involvement.trust.example",
        "sub": "exchange-7", "client_id": "intranet", "jti": "e-1", "nhsid_useruid": "910000000001",
        "display_name": "FOX Ben (Mr)", "authentication_assurance_level": 3,
        "selected_role": { "role_code": "S8000:G8000:R8000", "org_code": "RT1" },
        "act": { "sub": "intranet" },
    })
}

#[test]
fn cis2_comes_by_token_exchange_beside_another_issuer() {
    let verifier = verifier("cis2");
    let read = |more: Value| -> Read { verifier.verify(&signed("cis2", Some("at+jwt"), &claims(&cis2(), more))) };
    let nurse = read(json!({})).unwrap();
    assert_eq!((nurse.subject.as_str(), nurse.roles), ("cis2:910000000001", vec![Role::Staff]));
    assert_eq!(
        (nurse.issuer.as_str(), nurse.name.as_deref()),
        ("https://exchange.trust.example", Some("FOX Ben (Mr)"))
    );
    let lead = read(json!({ "selected_role": { "role_code": "S8000:G8001:R8015" } })).unwrap();
    assert_eq!(lead.roles, vec![Role::InvolvementLead]);
    assert_eq!(read(json!({ "selected_role": null })).unwrap().roles, vec![], "somebody may have no role");
    for wrong in [json!({ "authentication_assurance_level": 1 }), json!({ "nhsid_useruid": null })] {
        read(wrong.clone()).expect_err(&wrong.to_string());
    }
}

#[test]
fn ad_fs_writes_one_role_as_a_text_and_has_no_subject() {
    let verifier = verifier("adfs");
    let token = json!({
        "aud": "microsoft:identityserver:involvement", "iss": "http://adfs.trust.example/adfs/services/trust",
        "apptype": "Confidential", "appid": "8c1e", "authmethod": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "auth_time": "2026-06-15T09:58:11.120Z", "ver": "1.0", "scp": "user_impersonation openid",
        "upn": "bfox@trust.example", "unique_name": "TRUST\\bfox", "role": "GG-CrisisCafe",
    });
    let read = |more: Value| -> Read { verifier.verify(&signed("adfs", Some("JWT"), &claims(&token, more))) };
    let nurse = read(json!({})).unwrap();
    assert_eq!((nurse.subject.as_str(), nurse.roles), ("bfox@trust.example", vec![Role::Staff]));
    assert_eq!((nurse.services, nurse.scope), (vec!["crisis-cafe".to_owned()], None));
    let both = read(json!({ "role": ["GG-CrisisCafe", "GG-Involvement-Leads", "Domain Users"] })).unwrap();
    assert_eq!(both.roles, vec![Role::Staff, Role::InvolvementLead]);
    read(json!({ "upn": null, "sub": "bfox" })).expect_err("without the claim that says who it is");
}

#[test]
fn nobody_is_taken_for_somebody_of_another_issuer() {
    let verifier = verifier("cis2");
    // The key of one issuer, whatever the token says of the other.
    for (kid, token) in [("entra", claims(&cis2(), json!({}))), ("cis2", claims(&entra(), json!({})))] {
        verifier.verify(&signed(kid, None, &token)).expect_err("signed by the other issuer");
    }
    let plain =
        |oid: &str| verifier.verify(&signed("entra", None, &claims(&entra(), json!({ "oid": oid, "roles": [] }))));
    assert_eq!(plain("910000000001").unwrap().subject, "910000000001");
    for foreign in ["cis2:910000000001", "CIS2:910000000001", "c is2:9", "\u{FF43}is2:910000000001"] {
        plain(foreign).expect_err(foreign);
    }
    verifier.verify(&signed("entra", None, &claims(&entra(), json!({ "iss": null })))).expect_err("of nobody");
    verifier.verify("a.b.c").expect_err("no token");
    let twice = r#"{"iss":"https://exchange.trust.example","iss":"x"}"#;
    let twice = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, twice);
    verifier.verify(&format!("e30.{twice}.c2ln")).expect_err("of two issuers");
}
