//! The mixture: which request comes next, and what its answer opens. A claim is created, submitted and approved in this
//! run, so that the load can go on for as long as it likes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::facts::{Facts, Size};
use crate::house::load::{self, Ask};
use crate::works::{Asks, Work, lot};

/// Of a hundred requests. People look at much more than they change: a claim is read some thirteen times for each that is
/// made, by its owner, by the approver and by finance, and lists are how they come to it.
const READS: u64 = 65;
const PAGES: u64 = 20;
/// Whatever is created is also submitted and approved, so the three have the same share.
const CREATED: u64 = 5;
const SUBMITTED: u64 = 5;

/// A claim of this run: its id, and the number of its person.
pub type Made = (String, u32);

/// What a request does.
#[derive(Debug)]
pub enum Step {
    /// It reads.
    Look,
    /// It creates a claim for this person.
    Create(u32),
    /// It submits this claim.
    Submit(Made),
    /// It approves this claim.
    Approve(Made),
}

/// Everything that requests are made of, and the claims that wait for their next step.
pub struct Mixture {
    asks: Asks,
    size: Size,
    drafts: Mutex<VecDeque<Made>>,
    submitted: Mutex<VecDeque<Made>>,
    approved: Mutex<i64>,
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no thread that panicked")
}

impl Mixture {
    /// Begins with nothing made.
    pub fn new(asks: Asks, size: Size) -> Self {
        Self { asks, size, drafts: Mutex::default(), submitted: Mutex::default(), approved: Mutex::default() }
    }

    /// The n-th request.
    pub fn next(&self, n: u64) -> (Step, Ask) {
        let share = lot(n, 100);
        let look = |work| {
            let claim = self.asks.number(work, n, 1).expect("a claim to read");
            (Step::Look, self.asks.ask(work, claim))
        };
        match share {
            0..READS => look(Work::Read),
            share if share < READS + PAGES => look(Work::Page),
            share if share < READS + PAGES + CREATED => self.create(n),
            // Where nothing waits yet, something is made that will.
            share if share < READS + PAGES + CREATED + SUBMITTED => {
                let draft = held(&self.drafts).pop_front();
                draft.map_or_else(|| self.create(n), |draft| self.submit(draft))
            }
            _ => {
                let submitted = held(&self.submitted).pop_front();
                submitted.map_or_else(|| self.create(n), |submitted| self.approve(submitted))
            }
        }
    }

    /// Remembers what a right answer opens.
    pub fn done(&self, step: Step, body: &str) {
        match step {
            Step::Look => {}
            Step::Create(person) => {
                let claim: Value = serde_json::from_str(body).expect("JSON");
                let id = claim["id"].as_str().expect("an id").to_owned();
                held(&self.drafts).push_back((id, person));
            }
            Step::Submit(claim) => held(&self.submitted).push_back(claim),
            Step::Approve(_) => *held(&self.approved) += 1,
        }
    }

    /// Puts back what a request that was refused would have done.
    pub fn again(&self, step: Step) {
        match step {
            Step::Look | Step::Create(_) => {}
            Step::Submit(claim) => held(&self.drafts).push_front(claim),
            Step::Approve(claim) => held(&self.submitted).push_front(claim),
        }
    }

    /// How many claims are drafts, submitted and approved by what was answered.
    pub fn counts(&self) -> [i64; 3] {
        let waiting = |claims: &Mutex<VecDeque<Made>>| i64::try_from(held(claims).len()).expect("a count");
        [waiting(&self.drafts), waiting(&self.submitted), *held(&self.approved)]
    }

    fn create(&self, n: u64) -> (Step, Ask) {
        let claim = self.asks.number(Work::Create, n, 1).expect("a number");
        let facts = Facts::of(self.size, claim);
        // On many days, for warnings compare the lines of a person's day.
        let (day, session) = (day(n), &facts.session);
        let none = "The machine printed no ticket.";
        let body = json!({ "agreement_id": facts.agreement, "lines": [
            { "kind": "mileage", "session_id": session, "date": day, "vehicle": "car", "miles": 20, "from": "Ely", "to": "Fulbourn Hospital" },
            { "kind": "parking", "session_id": session, "date": day, "spent_pence": 350, "evidence_exception": none },
            { "kind": "public_transport", "session_id": session, "date": day, "spent_pence": 420, "evidence_exception": none },
        ] });
        let token = self.token(facts.person);
        let has = vec![
            (format!("\"agreement_id\":\"{}\"", facts.agreement), 1),
            ("\"status\":\"draft\"".to_owned(), 1),
            ("\"payable_pence\":1100".to_owned(), 1),
            ("\"payable_pence\":350".to_owned(), 1),
            ("\"payable_pence\":420".to_owned(), 1),
        ];
        let bytes = load::post("/v1/claims", token, &body.to_string());
        (Step::Create(facts.person), Ask { bytes, status: 201, has })
    }

    fn submit(&self, claim: Made) -> (Step, Ask) {
        let bytes = load::post(&format!("/v1/claims/{}/submit", claim.0), self.token(claim.1), "{}");
        let has = vec![(format!("\"id\":\"{}\"", claim.0), 1), ("\"status\":\"submitted\"".to_owned(), 1)];
        (Step::Submit(claim), Ask { bytes, status: 200, has })
    }

    fn approve(&self, claim: Made) -> (Step, Ask) {
        let path = format!("/v1/claims/{}/approve", claim.0);
        let bytes = load::post(&path, &self.asks.lead, r#"{"no_close_relationship":true}"#);
        let has = vec![
            (format!("\"id\":\"{}\"", claim.0), 1),
            ("\"status\":\"approved\"".to_owned(), 1),
            ("\"status\":\"due\"".to_owned(), 1),
            ("\"amount_pence\":1870".to_owned(), 1),
        ];
        (Step::Approve(claim), Ask { bytes, status: 200, has })
    }

    fn token(&self, person: u32) -> &str {
        &self.asks.volunteers[usize::try_from(person).expect("a number")]
    }
}

/// A day of the ten weeks before the database was filled, in the window for claims.
fn day(n: u64) -> String {
    match lot(n, 72) {
        day @ 0..21 => format!("2026-09-{:02}", day + 10),
        day @ 21..52 => format!("2026-10-{:02}", day - 20),
        day => format!("2026-11-{:02}", day - 51),
    }
}
