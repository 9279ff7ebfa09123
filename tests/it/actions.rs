//! What a resource says can be done with it next (`actions`): what `docs/states.md` has for its status and the caller's role.

use std::collections::BTreeSet;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::{App, Client};

/// The life cycles, by what they are called in `docs/states.md`, and the lists of what lives by them.
const LISTS: [(&str, &str); 12] = [
    ("reimbursement policy", "/v1/reimbursement-policies"),
    ("volunteer", "/v1/volunteers"),
    ("plan", "/v1/plans"),
    ("opportunity", "/v1/opportunities"),
    ("expression of interest", "/v1/expressions-of-interest"),
    ("agreement", "/v1/agreements"),
    ("session", "/v1/sessions"),
    ("claim", "/v1/claims"),
    ("payment", "/v1/payments"),
    ("payment run", "/v1/payment-runs"),
    ("recovery", "/v1/recoveries"),
    ("item of feedback", "/v1/feedback"),
];

/// The verbs that the documentation has for a status and a role.
fn documented(life: &str, status: &str, role: &str) -> BTreeSet<String> {
    let states = include_str!("../../docs/states.md");
    let (_, after) = states.split_once(&format!("\n## {life}\n")).expect("a life cycle");
    let rows = after.split("\n## ").next().expect("its table").lines().filter(|line| line.starts_with("| "));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let by_role = cells.filter(|row| row[1] == status && row[4].split(", ").any(|by| by == role));
    by_role.map(|row| row[2].to_owned()).collect()
}

fn said(resource: &Value) -> BTreeSet<String> {
    let actions = resource["actions"].as_array().unwrap_or_else(|| panic!("no actions: {resource}"));
    actions.iter().map(|verb| verb.as_str().expect("a verb").to_owned()).collect()
}

/// Reads everything of a kind that the caller is shown; how many verbs were said in all.
fn compared(client: &Client<'_>, role: &str, (life, list): (&str, &str)) -> usize {
    let page = client.get(&format!("{list}?limit=100"));
    if page.status == 403 {
        return 0;
    }
    let mut verbs = 0;
    for item in page.expect(200)["items"].as_array().expect("items") {
        assert!(item.get("actions").is_none(), "lists say nothing of actions: {item}");
        let id = item["id"].as_str().expect("an id");
        let resource = client.get(&format!("{list}/{id}")).expect(200);
        if role == "finance" && life == "claim" {
            assert!(resource.get("actions").is_none(), "finance sees money alone: {resource}");
            continue;
        }
        let mut expected = documented(life, resource["status"].as_str().expect("a status"), role);
        if resource.get("supplements_claim_id").is_some_and(|of| !of.is_null()) {
            expected.retain(|verb| ["approve", "reject", "reopen"].contains(&verb.as_str()));
        }
        if life == "volunteer" && resource["status"] == "left" {
            // Only a death is recorded of somebody who has left: nothing to be offered beside the rest.
            expected.remove("leave");
        }
        assert_eq!(said(&resource), expected, "{role}, {life}: {resource}");
        verbs += expected.len();
    }
    verbs
}

#[test]
fn a_resource_says_what_its_status_and_the_callers_role_allow() {
    let app = App::demonstration();
    let found = app.lead().get("/v1/volunteers?q=Grace%20Mensah").expect(200);
    let grace = found["items"][0]["id"].as_str().expect("an id").to_owned();
    let people = [
        ("involvement lead", app.lead(), 100),
        ("volunteer", app.volunteer(&grace), 3),
        ("staff", app.staff(&["crisis-cafe", "community-rehab"]), 20),
        ("finance", app.finance(), 5),
    ];
    for (role, client, at_least) in people {
        let verbs: usize = LISTS.iter().map(|kind| compared(&client, role, *kind)).sum();
        assert!(verbs >= at_least, "{role}: only {verbs} verbs were said");
    }
}

#[test]
fn a_change_answers_what_can_be_done_next_and_a_token_that_only_reads_can_do_nothing() {
    let app = App::demonstration();
    let lead = app.lead();
    let waiting = lead.get("/v1/claims?status=submitted&limit=100").expect(200);
    let claim = waiting["items"].as_array().expect("items").iter().find(|it| it["supplements_claim_id"].is_null());
    let path = format!("/v1/claims/{}", claim.expect("a claim that waits")["id"].as_str().expect("an id"));
    assert_eq!(said(&lead.get(&path).expect(200)), documented("claim", "submitted", "involvement lead"));
    let returned = lead.post(&format!("{path}/return"), json!({ "reason": "Please add the ticket." })).expect(200);
    assert_eq!(said(&returned), documented("claim", "draft", "involvement lead"));
    assert_eq!(said(&returned), said(&lead.get(&path).expect(200)));
    let scope = Some("claims:read".to_owned());
    let roles = vec![Role::InvolvementLead];
    let reader = app.with(Mint { roles, subject: "lead.ann".to_owned(), scope, ..mint_defaults() });
    assert_eq!(said(&reader.get(&path).expect(200)), BTreeSet::new());
}
