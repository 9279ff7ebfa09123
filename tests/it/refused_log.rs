//! Whoever is refused leaves a line in the log: who, by the key that the audit record knows them by, and what they asked
//! for. Nothing personal.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use involvement::access::Role;
use involvement::access::token::{Mint, mint};
use serde_json::Value;

use crate::commands::secret;
use crate::support::App;
use crate::support::app::{AUDIENCE, ISSUER, mint_defaults};
use crate::support::books::ask;

/// The lines of a log, each as an object, up to the one that says this; it is left out.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, end: &str) -> Vec<Value> {
    let mut read = Vec::new();
    for line in lines {
        let line: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        if line.to_string().contains(end) {
            break;
        }
        read.push(line);
    }
    read
}

#[test]
fn a_refused_token_and_a_403_say_who_by_key_and_what() {
    let app = App::start();
    let files = format!("file://{}", app.files.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_involvement"));
    command.arg("serve").env_clear().stderr(Stdio::piped()).envs([
        ("DATABASE_URL", app.database.url().as_str()),
        ("BIND", "127.0.0.1:0"),
        ("PUBLIC_URL", "http://127.0.0.1"),
        ("JWT_ISSUER", ISSUER),
        ("JWT_AUDIENCE", AUDIENCE),
        secret(),
        ("RECEIPTS_URL", &files),
        ("LOG_FORMAT", "json"),
    ]);
    let mut child = command.spawn().expect("the binary runs");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let address = loop {
        let line = lines.next().expect("a line more").expect("a line");
        if let Some((_, address)) = line.split_once("listening on ") {
            break address.trim_end_matches(['"', '}']).to_owned();
        }
    };
    let get = |path: &str, token: &str| {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let asked = ureq::Agent::from(config).get(format!("http://{address}{path}"));
        asked.header("authorization", format!("Bearer {token}")).call().expect("an answer").status().as_u16()
    };
    let (subject, name) = ("finance.dora".to_owned(), Some("Dora Drew".to_owned()));
    let finance = Mint { roles: vec![Role::Finance], subject, name, ..mint_defaults() };
    let finance = mint(&finance, ISSUER, AUDIENCE, secret().1).expect("a token");
    assert_eq!(get("/v1/plans", &finance), 403);
    assert_eq!(get("/v1/claims", "no.good.token"), 401);
    assert_eq!(get("/health/live", &finance), 200);
    let read = until(&mut lines, "is_live");
    child.kill().expect("its own process");
    child.wait().expect("its end");
    let key = ask(&app, "SELECT id FROM actors WHERE subject = 'finance.dora'")[0]["id"].clone();
    let refused: Vec<&Value> = read.iter().filter(|line| line["actor"] == key).collect();
    assert_eq!(refused.len(), 1, "{read:?}");
    assert_eq!(
        (&refused[0]["operation"], &refused[0]["code"]),
        (&Value::from("list_plans"), &Value::from("forbidden"))
    );
    let bad: Vec<&Value> =
        read.iter().filter(|line| line["operation"] == "list_claims" && line["message"] != "answered").collect();
    assert_eq!(bad.len(), 1, "{read:?}");
    let answered = read.iter().find(|line| line["operation"] == "list_claims" && line["message"] == "answered");
    assert_eq!(answered.expect("an answer")["request_id"], bad[0]["request_id"]);
    let all = read.iter().map(Value::to_string).collect::<String>();
    assert!(!all.contains("Dora") && !all.contains("finance.dora"), "{all}");
}
