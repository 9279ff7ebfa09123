//! The four pieces of work: what is asked, and what is right.

use std::str::FromStr;
use std::time::Duration;

use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::facts::{Facts, Size, key, number};
use crate::house::load::{self, Ask};
use crate::house::service::{Service, bearer};

/// The longest that it may take until every volunteer was there once.
const GREETING: Duration = Duration::from_secs(600);

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// An answer that needs no database: what a request costs the service whatever it asks.
    Floor,
    /// Read a claim with its lines.
    Read,
    /// A page of 20 claims by status, anywhere.
    Page,
    /// Create a claim with 3 lines.
    Create,
    /// Approve a claim.
    Approve,
}

impl Work {
    /// All that is measured unless something else is asked for.
    pub const ALL: [Work; 4] = [Work::Read, Work::Page, Work::Create, Work::Approve];

    /// The name by which the aims call it.
    pub fn name(self) -> &'static str {
        match self {
            Work::Floor => "W0",
            Work::Read => "W1",
            Work::Page => "W2",
            Work::Create => "W3",
            Work::Approve => "W4",
        }
    }

    /// What it is.
    pub fn what(self) -> &'static str {
        match self {
            Work::Floor => "an answer that needs no database",
            Work::Read => "read a claim with its lines",
            Work::Page => "page of 20 claims by status, anywhere",
            Work::Create => "create a claim with 3 lines",
            Work::Approve => "approve a claim",
        }
    }

    /// Whether it uses up claims that wait.
    pub fn uses_up(self) -> bool {
        self == Work::Approve
    }
}

impl FromStr for Work {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let named = std::iter::once(Work::Floor).chain(Work::ALL).find(|work| work.name() == text);
        named.ok_or_else(|| format!("{text} is not W0, W1, W2, W3 or W4"))
    }
}

/// Everything that requests are made of.
pub struct Asks {
    size: Size,
    /// The header `Authorization` of a lead.
    pub lead: String,
    /// Those of the volunteers, by number.
    pub volunteers: Vec<String>,
    /// Numbers of claims, and the cursor of the page after each.
    cursors: Vec<(u32, String)>,
}

/// A number that follows from another and access_log drawn by lot.
pub fn lot(n: u64, below: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % below
}

fn lead() -> Mint {
    let subject = "lead.1".to_owned();
    Mint { roles: vec![Role::InvolvementLead], subject, ttl_seconds: 36_000, ..Mint::default() }
}

fn volunteer(n: u32) -> Mint {
    Mint {
        roles: vec![Role::Volunteer],
        subject: format!("volunteer.{n}"),
        volunteer_id: key("0001", n.into()).parse::<uuid::Uuid>().ok().map(Into::into),
        ttl_seconds: 36_000,
        ..Mint::default()
    }
}

impl Asks {
    /// Makes tokens, and walks through the newer half of the claims that wait to know the cursors there.
    pub fn prepare(service: &Service, size: Size) -> Self {
        let volunteers = (0..=size.people).map(|n| bearer(&volunteer(n))).collect();
        let mut asks = Self { size, lead: bearer(&lead()), volunteers, cursors: Vec::new() };
        let (mut more, last) = (String::new(), size.first_waiting() + size.to_approve() + 100);
        loop {
            let page = service.get(Some(&lead()), &format!("/v1/claims?status=submitted&limit=100{more}")).json();
            let claim = page["items"].as_array().and_then(|items| items.last()?["id"].as_str());
            let (Some(claim), Some(cursor)) = (claim.and_then(number), page["next_cursor"].as_str()) else { break };
            if claim <= last {
                break;
            }
            asks.cursors.push((claim, cursor.to_owned()));
            more = format!("&cursor={cursor}");
        }
        assert!(asks.cursors.len() > 10, "a list with pages");
        asks
    }

    /// The number of the claim that the n-th request of a turn is about; none where there are no more.
    pub fn number(&self, work: Work, n: u64, turn: u64) -> Option<u32> {
        let drawn = |below: u64| u32::try_from(lot(n + turn * 1_000_000_007, below)).ok();
        let claims = u64::from(self.size.claims);
        match work {
            Work::Floor | Work::Read | Work::Create => Some(1 + drawn(claims)?),
            Work::Page => Some(self.cursors[usize::try_from(drawn(u64::try_from(self.cursors.len()).ok()?)?).ok()?].0),
            Work::Approve if n >= self.size.to_approve().into() => None,
            Work::Approve => Some(self.size.first_waiting() + u32::try_from(n).ok()?),
        }
    }

    /// Before claims are created: every volunteer has created one, so that all of them are known. Whoever signs in for
    /// the first time costs more, once for good.
    pub fn greet(&self, service: &Service, work: Work) {
        let ask = |n: u64| Some(n).filter(|n| *n < self.size.people.into()).and_then(|n| u32::try_from(n).ok());
        if work == Work::Create {
            load::drive(service.address(), 8, GREETING, &|n| ask(n).map(|n| self.ask(work, n + 1)));
        }
    }

    /// The request about a claim, and what is right.
    pub fn ask(&self, work: Work, claim: u32) -> Ask {
        let facts = Facts::of(self.size, claim);
        match work {
            Work::Floor => Ask { bytes: load::get("/health/live", &self.lead), status: 200, has: Vec::new() },
            Work::Read => {
                let bytes = load::get(&format!("/v1/claims/{}", facts.claim), &self.lead);
                let lines = facts.known[facts.known.len() - facts.lines..].iter();
                let mut has: Vec<_> = lines.map(|(line, _)| (format!("\"id\":\"{line}\""), 1)).collect();
                has.push((format!("\"id\":\"{}\"", facts.claim), 1));
                has.push(("\"payable_pence\":".to_owned(), facts.lines));
                Ask { bytes, status: 200, has }
            }
            Work::Page => {
                let known = self.cursors.iter().find(|(number, _)| *number == claim).expect("a cursor");
                let path = format!("/v1/claims?status=submitted&limit=20&cursor={}", known.1);
                let next = Facts::of(self.size, claim - 1).claim;
                let has = vec![
                    ("\"status\":\"submitted\"".to_owned(), 20),
                    (format!("\"id\":\"{next}\""), 1),
                    (format!("\"id\":\"{}\"", facts.claim), 0),
                ];
                Ask { bytes: load::get(&path, &self.lead), status: 200, has }
            }
            Work::Create => self.create(&facts),
            Work::Approve => {
                let path = format!("/v1/claims/{}/approve", facts.claim);
                let bytes = load::post(&path, &self.lead, r#"{"no_close_relationship":true}"#);
                let has = vec![
                    (format!("\"id\":\"{}\"", facts.claim), 1),
                    ("\"status\":\"approved\"".to_owned(), 1),
                    ("\"status\":\"due\"".to_owned(), 1),
                    ("\"amount_pence\":1930".to_owned(), 1),
                ];
                Ask { bytes, status: 200, has }
            }
        }
    }

    fn create(&self, facts: &Facts) -> Ask {
        let session = &facts.session;
        let body: Value = json!({ "agreement_id": facts.agreement, "lines": [
            { "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 23.5, "from": "Ely", "to": "Fulbourn Hospital" },
            { "kind": "parking", "session_id": session, "spent_pence": 350, "evidence_exception": "The machine printed no ticket." },
            { "kind": "public_transport", "session_id": session, "spent_pence": 420 },
        ] });
        let token = &self.volunteers[usize::try_from(facts.person).expect("a number")];
        let has = vec![
            (format!("\"agreement_id\":\"{}\"", facts.agreement), 1),
            ("\"status\":\"draft\"".to_owned(), 1),
            ("\"payable_pence\":350".to_owned(), 1),
            ("\"payable_pence\":420".to_owned(), 1),
            ("\"payable_pence\":".to_owned(), 3),
        ];
        Ask { bytes: load::post("/v1/claims", token, &body.to_string()), status: 201, has }
    }
}
