//! The people and records at the start of the walk, and what the walk stores on its way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::draws::Draws;
use crate::support::{Answer, App, Client, make};

/// Miles at the first rate in every policy of the walk; few enough to be used up.
pub const FIRST_MILES: i64 = 100;
/// The answers that a request of the walk may get; any other is a fault.
const PLANNED: [u16; 7] = [200, 201, 403, 404, 409, 412, 422];

/// A volunteer, with an agreement for each opportunity in the same order.
pub struct Person {
    pub id: String,
    pub agreements: Vec<String>,
}

pub struct Session {
    pub id: String,
    pub opportunity: usize,
}

pub struct Claim {
    pub path: String,
    pub person: usize,
    pub opportunity: usize,
    /// The member of staff who entered it, if it was not the volunteer.
    pub typist: Option<&'static str>,
    pub status: String,
    pub version: i64,
}

pub struct Run {
    pub path: String,
    pub status: String,
}

pub struct Walk<'a> {
    pub app: &'a App,
    pub draws: Draws,
    pub people: Vec<Person>,
    pub opportunities: Vec<String>,
    pub sessions: Vec<Session>,
    /// Attendance that was recorded: session and volunteer.
    pub attended: BTreeSet<(usize, usize)>,
    /// Time that is already in a line: session and volunteer.
    pub timed: BTreeSet<(usize, usize)>,
    pub claims: Vec<Claim>,
    pub runs: Vec<Run>,
    /// The lines of claims at the time of approval.
    pub frozen: BTreeMap<String, Value>,
    /// Number of answers, by command and answer.
    pub told: BTreeMap<(&'static str, u16, String), u32>,
    pub sent: usize,
}

/// Publishes a policy with these rates.
pub fn policy(app: &App, effective_from: &str, (first, then, passenger): (i64, i64, i64), band: i64) -> Answer {
    let mut body: Value =
        serde_json::from_str(include_str!("../../../src/policies/examples/2026-27.json")).expect("an example");
    body["name"] = json!("A policy of the walk");
    body["effective_from"] = json!(effective_from);
    for rates in ["mileage", "mileage_ceiling"] {
        body[rates]["car"]["first_miles"] = json!(FIRST_MILES);
    }
    body["mileage"]["car"]["first_pence_per_mile"] = json!(first);
    body["mileage"]["car"]["then_pence_per_mile"] = json!(then);
    body["mileage"]["passenger"]["pence_per_mile"] = json!(passenger);
    body["tariffs"]["meeting"]["bands"][0]["pence"] = json!(band);
    let made = make::id(&app.lead().post("/v1/reimbursement-policies", body).expect(201));
    app.lead().ask(&format!("/v1/reimbursement-policies/{made}/publish"))
}

impl<'a> Walk<'a> {
    /// Five volunteers with two agreements each: one paid through payroll, one through accounts payable.
    pub fn begin(app: &'a App, seed: u64) -> Self {
        policy(app, "2025-04-06", (45, 25, 5), 7500).expect(200);
        policy(app, "2026-04-06", (55, 25, 5), 7500).expect(200);
        let services = [make::service(app, "crisis-cafe"), make::service(app, "memory-clinic")];
        app.lead().change(&format!("/v1/services/{}", services[1]), json!({ "cost_centre": "C30999" })).expect(200);
        let opportunities: Vec<String> = services
            .iter()
            .map(|service| {
                let plan = make::approved_plan_with(app, service, json!({ "budget_pence": 50_000_000 }));
                make::published(app, &plan, json!({ "places": 9 }))
            })
            .collect();
        let status = json!({ "outcome": "self_employed", "determined_by": "HR", "determined_on": "2026-01-05" });
        let routes = [json!({}), json!({ "payment_route": "accounts_payable", "employment_status": status })];
        let people = (0..5)
            .map(|n| {
                let id = make::volunteer(app, &format!("Person {n}"));
                if n != 4 {
                    make::payee(app, &id);
                }
                let agreement = |which: usize| make::agreement(app, &opportunities[which], &id, routes[which].clone());
                Person { agreements: vec![agreement(0), agreement(1)], id: id.clone() }
            })
            .collect::<Vec<_>>();
        // The first volunteer is also a lead.
        app.lead()
            .change(&format!("/v1/volunteers/{}", people[0].id), json!({ "staff_subject": "lead.vera" }))
            .expect(200);
        Self {
            app,
            draws: Draws::new(seed),
            people,
            opportunities,
            sessions: Vec::new(),
            attended: BTreeSet::new(),
            timed: BTreeSet::new(),
            claims: Vec::new(),
            runs: Vec::new(),
            frozen: BTreeMap::new(),
            told: BTreeMap::new(),
            sent: 0,
        }
    }

    /// Counts an answer; panics if it was not expected.
    #[track_caller]
    pub fn noted(&mut self, command: &'static str, answer: &Answer) {
        assert!(PLANNED.contains(&answer.status), "{command} was answered {} {}", answer.status, answer.text);
        let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
        *self.told.entry((command, answer.status, code)).or_default() += 1;
        self.sent += 1;
    }

    pub fn key(&self) -> String {
        format!("command-{:08}-of-the-walk", self.sent)
    }

    pub fn lead(&mut self) -> Client<'a> {
        let name = self.draws.pick(&["lead.ann", "lead.zoe", "lead.zoe", "lead.vera"]);
        self.app.lead_called(name)
    }

    /// Finance staff, one of whom is also a lead.
    pub fn officer(&mut self) -> Client<'a> {
        let name = self.draws.pick(&["finance.cara", "finance.dan", "finance.dan", "finance.eve", "lead.ann"]);
        self.app.finance_called(name)
    }

    /// A client who may write the claim; now and then one who may not.
    pub fn writer(&mut self, claim: usize) -> Client<'a> {
        if self.draws.percent(6) {
            return self.lead();
        }
        let claim = &self.claims[claim];
        match claim.typist {
            Some("nurse.ben") => self.app.staff(&["crisis-cafe", "memory-clinic"]),
            Some(lead) => self.app.lead_called(lead),
            None => self.app.volunteer(&self.people[claim.person].id),
        }
    }

    /// A claim in one of these states as far as the walk knows; now and then any claim.
    pub fn claim(&mut self, status: &str) -> Option<usize> {
        let fits: Vec<usize> = (0..self.claims.len()).filter(|n| self.claims[*n].status == status).collect();
        if fits.is_empty() || self.draws.percent(6) {
            return (!self.claims.is_empty()).then(|| self.draws.below(self.claims.len()));
        }
        Some(self.draws.pick(&fits))
    }

    /// A run in one of these states; now and then any run.
    pub fn run(&mut self, statuses: &[&str]) -> Option<usize> {
        let fits: Vec<usize> =
            (0..self.runs.len()).filter(|n| statuses.contains(&self.runs[*n].status.as_str())).collect();
        if fits.is_empty() || self.draws.percent(6) {
            return (!self.runs.is_empty()).then(|| self.draws.below(self.runs.len()));
        }
        Some(self.draws.pick(&fits))
    }
}
