//! The commands of the walk and how often each is chosen. A command sends one or two requests and stores the outcome.

use serde_json::{Value, json};

use super::world::{Claim, Session, Walk, policy};
use crate::support::app::instant;
use crate::support::{Answer, make};

type Command = fn(&mut Walk<'_>);

/// Commands and their weights.
pub const COMMANDS: [(usize, Command); 26] = [
    (60, session),
    (15, attendance),
    (175, draft),
    (80, change),
    (200, |walk| step(walk, "submit")),
    (25, |walk| step(walk, "withdraw")),
    (22, |walk| decide(walk, "return")),
    (16, |walk| decide(walk, "reject")),
    (150, |walk| decide(walk, "approve")),
    (14, |walk| decide(walk, "reopen")),
    (6, publish),
    (40, super::money::create),
    (45, super::money::release),
    (14, super::money::cancel),
    (80, super::money::results),
    (12, super::money::payee),
    (14, |walk| super::money::decide_payee(walk, "confirm")),
    (3, |walk| super::money::decide_payee(walk, "discard")),
    (20, super::money::export),
    (20, |walk| super::money::hold(walk, "hold")),
    (16, |walk| super::money::hold(walk, "resume")),
    (14, super::money::by_hand),
    (30, super::recoveries::propose),
    (24, |walk| super::recoveries::step(walk, "confirm")),
    (6, |walk| super::recoveries::step(walk, "waive")),
    (20, |walk| super::recoveries::step(walk, "repaid")),
];

impl Walk<'_> {
    /// Runs a command chosen at random.
    pub fn step(&mut self) {
        let mut at = self.draws.below(COMMANDS.iter().map(|(weight, _)| weight).sum());
        for (weight, command) in COMMANDS {
            if at < weight {
                return command(self);
            }
            at -= weight;
        }
    }
}

fn session(walk: &mut Walk<'_>) {
    let opportunity = walk.draws.below(walk.opportunities.len());
    let minutes = walk.draws.pick(&[45, 180, 240, 241, 300]);
    let after = i64::try_from(walk.draws.below(90) * 1440 + walk.draws.below(10) * 60).unwrap();
    let starts = instant("2026-03-14T08:00:00Z").plus_minutes(after);
    let body = json!({ "starts_at": starts.to_string(), "ends_at": starts.plus_minutes(minutes).to_string(), "venue": "Room 1" });
    let path = format!("/v1/opportunities/{}/sessions", walk.opportunities[opportunity]);
    let answer = walk.app.staff(&["crisis-cafe", "memory-clinic"]).post(&path, body);
    walk.noted("session", &answer);
    walk.sessions.push(Session { id: make::id(&answer.expect(201)), opportunity });
    for person in 0..walk.people.len() {
        if walk.draws.percent(60) {
            record(walk, walk.sessions.len() - 1, person, "attended");
        }
    }
}

fn attendance(walk: &mut Walk<'_>) {
    if walk.sessions.is_empty() {
        return;
    }
    let (session, person) = (walk.draws.below(walk.sessions.len()), walk.draws.below(walk.people.len()));
    let outcome = walk.draws.pick(&["attended", "left_early", "no_show", "excused", "cancelled_by_trust"]);
    record(walk, session, person, outcome);
}

fn record(walk: &mut Walk<'_>, session: usize, person: usize, outcome: &str) {
    let path = format!("/v1/sessions/{}/attendance/{}", walk.sessions[session].id, walk.people[person].id);
    let answer = walk.lead().put(&path, json!({ "outcome": outcome }));
    walk.noted("attendance", &answer);
    if answer.status == 200 && matches!(outcome, "attended" | "left_early") {
        walk.attended.insert((session, person));
    }
}

fn draft(walk: &mut Walk<'_>) {
    if walk.sessions.is_empty() {
        return;
    }
    let (person, opportunity) = (walk.draws.below(walk.people.len()), walk.draws.below(walk.opportunities.len()));
    let typist = walk.draws.pick(&[None, None, None, None, Some("lead.ann"), Some("lead.zoe"), Some("nurse.ben")]);
    let mut body = json!({ "agreement_id": walk.people[person].agreements[opportunity], "lines": walk.lines(person, opportunity) });
    if walk.draws.percent(90) {
        body["late_reason"] = json!("I was in hospital.");
    }
    if typist.is_some() {
        body["volunteer_id"] = json!(walk.people[person].id);
        if walk.draws.percent(90) {
            body["declaration"] = json!({ "made_on": "2026-06-12", "how": "phone" });
        }
    }
    let mut claim = Claim { path: String::new(), person, opportunity, typist, status: "draft".to_owned(), version: 1 };
    let who = match typist {
        Some("nurse.ben") => walk.app.staff(&["crisis-cafe", "memory-clinic"]),
        Some(lead) => walk.app.lead_called(lead),
        None => walk.app.volunteer(&walk.people[person].id),
    };
    let answer = who.post("/v1/claims", body);
    walk.noted("draft", &answer);
    if answer.status == 201 {
        claim.path = format!("/v1/claims/{}", make::id(&answer.json));
        walk.claims.push(claim);
    }
}

fn change(walk: &mut Walk<'_>) {
    let Some(claim) = walk.claim("draft") else { return };
    let (person, opportunity) = (walk.claims[claim].person, walk.claims[claim].opportunity);
    let lines = walk.lines(person, opportunity);
    let version = if walk.draws.percent(8) { 1 } else { walk.claims[claim].version };
    let answer = walk.writer(claim).patch(&walk.claims[claim].path.clone(), version, json!({ "lines": lines }));
    walk.noted("change", &answer);
    remember(walk, claim, &answer);
}

fn step(walk: &mut Walk<'_>, verb: &'static str) {
    let from = if verb == "submit" || walk.draws.percent(60) { "draft" } else { "submitted" };
    let Some(claim) = walk.claim(from) else { return };
    let path = format!("{}/{verb}", walk.claims[claim].path);
    let answer = walk.writer(claim).ask(&path);
    walk.noted(verb, &answer);
    remember(walk, claim, &answer);
}

fn decide(walk: &mut Walk<'_>, verb: &'static str) {
    let Some(claim) = walk.claim(if verb == "reopen" { "approved" } else { "submitted" }) else { return };
    let path = walk.claims[claim].path.clone();
    let body = if verb == "approve" { approval(walk, &path) } else { json!({ "reason": "Please look again." }) };
    let answer = walk.lead().post(&format!("{path}/{verb}"), body);
    walk.noted(verb, &answer);
    if verb == "approve" && answer.status == 200 {
        walk.frozen.insert(path.clone(), figures(&walk.app.lead().get(&path).expect(200)));
    }
    if verb == "reopen" && answer.status == 200 {
        walk.frozen.remove(&path);
    }
    remember(walk, claim, &answer);
}

/// An approval. Some lower a line, and a few try to raise one.
fn approval(walk: &mut Walk<'_>, path: &str) -> Value {
    let mut body = json!({ "no_close_relationship": true, "accept_late": walk.draws.percent(90) });
    if walk.draws.percent(30) {
        let claim = walk.app.lead().get(path).expect(200);
        if let Some(line) = claim["lines"].as_array().and_then(|lines| lines.first()) {
            let payable = usize::try_from(line["payable_pence"].as_i64().unwrap_or_default()).unwrap();
            let pence = if walk.draws.percent(10) { payable + 1 } else { walk.draws.below(payable + 1) };
            body["lines"] = json!([{ "id": line["id"], "approved_pence": pence, "reason": "The shorter way." }]);
        }
    }
    body
}

/// The parts of an approved claim that must never change.
pub fn figures(claim: &Value) -> Value {
    let of_line = |line: &Value| {
        json!([
            line["id"],
            line["payable_pence"],
            line["elected_pence"],
            line["approved_pence"],
            line["route"],
            line["policy_id"],
            line["explanation"]
        ])
    };
    json!([claim["total_pence"], claim["lines"].as_array().unwrap().iter().map(of_line).collect::<Vec<_>>()])
}

fn remember(walk: &mut Walk<'_>, claim: usize, answer: &Answer) {
    if answer.status == 200 {
        let known = &mut walk.claims[claim];
        known.status = answer.json["status"].as_str().unwrap().to_owned();
        known.version = answer.json["version"].as_i64().unwrap();
    }
}

fn publish(walk: &mut Walk<'_>) {
    let from = walk.draws.pick(&["2026-03-01", "2026-04-01", "2026-04-06", "2026-05-01", "2026-06-01"]);
    let mut rate = |most: usize| i64::try_from(walk.draws.below(most)).unwrap();
    let (rates, band) = ((rate(90), rate(40), rate(10)), rate(10_000));
    let answer = policy(walk.app, from, rates, band);
    walk.noted("publish", &answer);
    answer.expect(200);
}
