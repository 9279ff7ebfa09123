//! What every list costs, and matching: `cargo bench --bench lists [-- PEOPLE] [WORD…]`. With words, those questions alone that
//! have one of them, such as `matching`, `staff` or `/v1/me/work`. A trust with so many people (10,000; twice as
//! many opportunities, and so on) and one with a tenth of them stand side by side and are asked in turn, so that a machine
//! that is busy for a while slows both. It fails where an answer is wrong, never because a machine is slow.

#![allow(
    clippy::unwrap_used,
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a benchmark that can't go on stops; its figures are for reading"
)]

mod asks;
#[allow(dead_code, reason = "what only other benchmarks ask for")]
#[path = "../house/mod.rs"]
mod house;

use std::time::Duration;

use asks::Ask;
use diesel::connection::SimpleConnection;
use house::cluster::{self, LOGIN};
use house::service::Service;
use involvement::access::Role;
use involvement::access::token::Mint;
use involvement::embedded_postgres::Embedded;

/// As of when the databases are filled.
const NOW: &str = "2026-11-23T10:00:00Z";
/// How often each question is asked of each database, after one time that does not count; and one with two filters, of which
/// there are thousands.
const ROUNDS: usize = 30;
const ROUNDS_OF_PAIRS: usize = 10;
/// How many pages of a hundred the far page lies behind the first.
const FAR: usize = 50;
/// How many opportunities are matched.
const MATCHED: u32 = 200;
/// How many are matched before, without being counted.
const WARMING: u32 = 20;

fn main() {
    let (mut people, mut words) = (10_000, Vec::new());
    for argument in std::env::args().skip(1).filter(|it| !it.starts_with('-')) {
        match argument.parse() {
            Ok(number) => people = number,
            Err(_) => words.push(argument),
        }
    }
    assert!((2_000..=90_000).contains(&people), "PEOPLE is 2000 to 90000");
    cluster::for_a_while(|cluster| measure(cluster, people, &words));
}

fn measure(cluster: &Embedded, people: u32, words: &[String]) {
    let wanted = |what: &str| words.is_empty() || words.iter().any(|word| what.contains(word));
    let services = [people / 10, people].map(|people| filled(cluster, people));
    if wanted("matching") {
        matching(&services[1], people);
    }
    println!("{people} people beside {}; milliseconds, the median and the slowest", people / 10);
    println!("{:>9} {:>9} {:>9} {:>6}  as, what", "median", "slowest", "a tenth", "ratio");
    let document = services[1].get(None, "/openapi.json").json();
    for who in asks::EVERYBODY {
        let token = token(who);
        for ask in asks::all(&document).iter().filter(|ask| ask.is_measured()) {
            let (first, what) = ([ask.address(""), ask.address("")], format!("{who} {}", named(ask)));
            if !wanted(&what) || matches!(services[1].get(token.as_ref(), &first[1]).status, 401 | 403) {
                continue;
            }
            let rounds = if ask.filters.len() > 1 { ROUNDS_OF_PAIRS } else { ROUNDS };
            beside(&services, token.as_ref(), &first, &what, rounds);
            if ask.list
                && ask.filters.is_empty()
                && let Some(pages) = far(&services, token.as_ref(), ask)
            {
                beside(&services, token.as_ref(), &pages, &format!("{what} (far page)"), ROUNDS);
            }
        }
    }
}

/// A service on a database of its own with so many people.
fn filled(cluster: &Embedded, people: u32) -> Service {
    let database = format!("lists_{people}");
    cluster::migrated(cluster, &database);
    let mut conn = cluster::connect(cluster, &database);
    conn.batch_execute(&asks::fill(people, NOW)).expect("a filled database");
    conn.batch_execute("VACUUM ANALYZE").expect("statistics");
    Service::start(&cluster.url(&database, LOGIN), &cluster.data_dir().join("receipts"))
}

fn token(who: &str) -> Option<Mint> {
    let role = match who {
        "lead" => Role::InvolvementLead,
        "staff" => Role::Staff,
        "finance" => Role::Finance,
        "volunteer" => Role::Volunteer,
        _ => return None,
    };
    let services = asks::SERVICES.iter().filter(|_| who == "staff").map(|code| (*code).to_owned()).collect();
    let volunteer_id =
        (who == "volunteer").then(|| asks::key("0001", asks::VOLUNTEER).parse::<uuid::Uuid>().unwrap().into());
    Some(Mint {
        roles: vec![role],
        subject: format!("{who}.one"),
        services,
        volunteer_id,
        ttl_seconds: 36_000,
        ..Mint::default()
    })
}

/// What is asked, in a few words: ids by their kind and number.
fn named(ask: &Ask) -> String {
    ask.address("").replace("-0000-7000-8000-0000000000", "~")
}

/// The same question to both in turn, and a line about it.
fn beside(services: &[Service; 2], token: Option<&Mint>, paths: &[String; 2], what: &str, rounds: usize) {
    let mut took: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (n, service) in services.iter().enumerate() {
            let answer = service.get(token, &paths[n]);
            assert!(matches!(answer.status, 200 | 404), "{what}: {}", answer.status);
            if round > 0 {
                took[n].push(answer.took);
            }
        }
    }
    let [(small, _), (large, slowest)] = took.map(|took| spread(took, 100));
    println!("{large:9.2} {slowest:9.2} {small:9.2} {:6.2}  {what}", large / small);
}

/// The median and the given hundredth, in milliseconds.
fn spread(mut took: Vec<Duration>, hundredth: usize) -> (f64, f64) {
    took.sort();
    let at =
        |hundredth: usize| took[((took.len() * hundredth).div_ceil(100)).clamp(1, took.len()) - 1].as_secs_f64() * 1e3;
    (at(50), at(hundredth))
}

/// The address of a page that lies far in, in each database; none where the list ends before.
fn far(services: &[Service; 2], token: Option<&Mint>, ask: &Ask) -> Option<[String; 2]> {
    let page = |service: &Service, pages: usize| {
        let mut more = String::new();
        for _ in 0..pages {
            let body = service.get(token, &ask.address(&format!("limit=100{more}"))).json();
            more = format!("&cursor={}", body["next_cursor"].as_str()?);
        }
        Some(ask.address(&format!("limit=20{more}")))
    };
    Some([page(&services[0], FAR / 10)?, page(&services[1], FAR)?])
}

fn matching(service: &Service, people: u32) {
    let lead = token("lead");
    let ask = |n: u32| {
        let path = format!("/v1/opportunities/{}/matches", asks::key("0008", n));
        let answer = service.get(lead.as_ref(), &path);
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.bytes));
        answer.took
    };
    // The first ones find nothing read and nothing planned yet, and don't count.
    for n in 1..=WARMING {
        ask(n);
    }
    let took: Vec<Duration> = (1..=people * 2).rev().step_by((people * 2 / MATCHED) as usize).map(ask).collect();
    let asked = took.len();
    let (median, slow) = spread(took, 99);
    println!(
        "matches for {asked} opportunities among {people} people: median {median:.1} ms, 99 of 100 under {slow:.1} ms"
    );
}
