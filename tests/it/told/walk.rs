//! Plays the rows of the table: what is set up, the change itself, and what must have come of it. What is superseded is read
//! in the table, so that a row can't say other than what happens.

use std::collections::BTreeSet;

use involvement::deliveries::About;
use involvement::deliveries::told::{Superseded, TABLE, TIME, Told};
use serde_json::json;

use super::seen::{self, Messages, Seen, record};
use super::stage::World;
use crate::support::app::BEGIN;
use crate::support::together::at_once;
use crate::support::{Answer, App, make};

/// Sends the change; it may be sent twice at once.
pub type Change = Box<dyn Fn(&App) -> Answer + Send + Sync>;

/// How a row is played.
pub struct Scenario {
    /// The row, as [`name`] calls it.
    pub row: &'static str,
    /// Sets everything up, and says what is to come.
    pub set: fn(&World<'_>) -> Act,
}

/// A change that is about to be made, and what must come of it.
pub struct Act {
    person: String,
    change: Change,
    told: Vec<Message>,
    effects: Vec<Effect>,
    anew: Vec<String>,
}

struct Message {
    to: String,
    about: About,
    says: Vec<String>,
}

/// A row that takes effect on what is pending about a record that is there before the change.
struct Effect {
    /// None for the row that is played.
    row: Option<&'static str>,
    of: String,
    route: Option<&'static str>,
}

impl Act {
    /// A change that concerns this person, who is the one that leaves, dies or is erased in the other tests.
    pub fn new(person: &str, change: Change) -> Self {
        Self { person: person.to_owned(), change, told: Vec::new(), effects: Vec::new(), anew: Vec::new() }
    }

    /// Whom it concerns.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Somebody is told this.
    pub fn tells(mut self, to: &str, about: About, says: &[&str]) -> Self {
        let says = says.iter().map(|text| (*text).to_owned()).collect();
        self.told.push(Message { to: to.to_owned(), about, says });
        self
    }

    /// The id of the record of whose messages the row says something.
    pub fn on(mut self, of: &str) -> Self {
        self.effects.push(Effect { row: None, of: of.to_owned(), route: None });
        self
    }

    /// The same, of messages about its payments by one route.
    pub fn on_by(mut self, of: &str, route: &'static str) -> Self {
        self.effects.push(Effect { row: None, of: of.to_owned(), route: Some(route) });
        self
    }

    /// Another row takes effect by the same change.
    pub fn also(mut self, row: &'static str, of: &str) -> Self {
        self.effects.push(Effect { row: Some(row), of: of.to_owned(), route: None });
        self
    }

    /// The same, of one route.
    pub fn also_by(mut self, row: &'static str, of: &str, route: &'static str) -> Self {
        self.effects.push(Effect { row: Some(row), of: of.to_owned(), route: Some(route) });
        self
    }

    /// What somebody was to be told of sessions is superseded.
    pub fn anew(mut self, person: &str) -> Self {
        self.anew.push(person.to_owned());
        self
    }
}

/// What a scenario calls a row: what changes, and what is told or taken back.
pub fn name(row: &Told) -> String {
    let what = match (row.about, row.superseded) {
        (Some((about, _)), _) => about.as_str(),
        (None, Superseded::None) => "nothing",
        (None, Superseded::These(_)) => "some about it",
        (None, Superseded::Heard(_)) => "what they heard",
        (None, Superseded::All) => "all about it",
        (None, Superseded::ButMoney) => "all to them but money",
        (None, Superseded::Everything) => "all to them",
        (None, Superseded::News) => "news",
    };
    format!("{} {}: {what}", row.resource, row.change)
}

fn row_of(named: &str) -> &'static Told {
    TABLE.iter().find(|row| name(row) == named).unwrap_or_else(|| panic!("the table has no row `{named}`"))
}

/// Each row tells exactly those whom it names, in words that matter, and supersedes exactly what it says.
pub fn once(scenarios: &[Scenario]) {
    scenarios.iter().for_each(|scenario| play(scenario, 1));
}

/// The same, where the request is sent twice at the same moment.
pub fn twice(scenarios: &[Scenario]) {
    scenarios.iter().for_each(|scenario| play(scenario, 2));
}

fn play(scenario: &Scenario, times: usize) {
    let (row, app) = (row_of(scenario.row), App::with_pool(8));
    make::policies(&app);
    let act = (scenario.set)(&World::new(&app, 0));
    heap(&app, row, &act);
    let (before, mark) = (seen::all(&app), seen::mark(&app));
    let answers = at_once(times, |_| (act.change)(&app));
    assert!(answers.iter().any(|answer| answer.status < 300), "{}: {answers:?}", scenario.row);
    let after = seen::all(&app);
    tells(row, &act, &newly(&before, &after));
    supersedes(row, &act, (&before, &after));
    let causes = seen::causes(&app, mark);
    let also = act.effects.iter().filter_map(|effect| effect.row).map(row_of);
    for row in also.chain([row]).filter(|row| row.change != TIME) {
        assert!(causes.contains(&format!("{} {}", row.resource, row.change)), "{}: {causes:?}", scenario.row);
    }
    seen::explained(&app);
}

/// Checks that exactly those whom the row names are told, in words that matter.
fn tells(row: &Told, act: &Act, new: &[&Seen]) {
    let named = name(row);
    assert_eq!(short(new), wanted(act, |_| true), "{named}: who is told of what");
    for told in &act.told {
        let one = new.iter().find(|one| one.to == told.to && one.about == told.about.as_str()).unwrap();
        assert_eq!(one.status, "pending", "{named}");
        assert!(told.says.iter().all(|text| one.message.contains(text)), "{named}: {:?}", one.message);
    }
    if let Some((about, record)) = row.about {
        let of_row: Vec<&&Seen> = new.iter().filter(|one| one.about == about.as_str()).collect();
        assert!(!of_row.is_empty() && of_row.iter().all(|one| one.kind == record), "{named}: {of_row:?}");
    }
}

/// Checks that exactly what the row says is out of date, and nothing else that waits.
fn supersedes(row: &'static Told, act: &Act, (before, after): (&Messages, &Messages)) {
    let named = name(row);
    let changed: Vec<&Seen> = before.values().filter(|one| after[&one.id].status != one.status).collect();
    assert!(changed.iter().all(|one| after[&one.id].status == "overtaken"), "{named}: {changed:?}");
    let superseded: BTreeSet<String> = changed.into_iter().map(Seen::words).collect();
    let out_of_date = before.values().filter(|one| is_out_of_date(one, row, act)).map(Seen::words);
    assert_eq!(superseded, out_of_date.collect(), "{named}: what is superseded");
    let is_shown = match row.superseded {
        Superseded::None => true,
        // Who takes a place has heard of no session yet.
        Superseded::News => !superseded.is_empty() || (row.about.is_some() && act.anew.is_empty()),
        // Nothing waits that is about what is made only now.
        _ if row.change == "create" && record(row) == row.resource => superseded.is_empty() || !act.effects.is_empty(),
        _ => !superseded.is_empty() && act.effects.iter().any(|effect| effect.row.is_none()),
    };
    assert!(is_shown, "{named}: nothing here is out of date by this row");
}

fn newly<'m>(before: &Messages, after: &'m Messages) -> Vec<&'m Seen> {
    after.values().filter(|one| !before.contains_key(&one.id)).collect()
}

/// Has everything wait that could, about the records that the row is about and about others.
fn heap(app: &App, row: &Told, act: &Act) {
    let another = uuid::Uuid::now_v7().to_string();
    for of in act.effects.iter().filter(|effect| effect.row.is_none()).map(|effect| effect.of.as_str()) {
        match row.superseded {
            Superseded::ButMoney | Superseded::Everything => {
                let bystander = make::volunteer(app, "Betty Bystander");
                [of, &bystander].iter().for_each(|person| seen::plant(app, person, ("claim", &another)));
            }
            _ => [of, &another].iter().for_each(|of| seen::plant(app, &act.person, (record(row), of))),
        }
    }
}

/// Whether a message is out of date by the row that is played, or by another one that takes effect by the same change.
fn is_out_of_date(one: &Seen, played: &'static Told, act: &Act) -> bool {
    let anew = one.kind == "session" && act.anew.contains(&one.to);
    let by = |effect: &Effect| is_superseded(one, effect.row.map_or(played, row_of), effect);
    one.status == "pending" && (anew || act.effects.iter().any(by))
}

fn is_superseded(one: &Seen, row: &Told, effect: &Effect) -> bool {
    let of_it = one.kind == record(row) && one.of == effect.of;
    let of_route = one.route.is_none() || effect.route.is_none() || one.route.as_deref() == effect.route;
    match row.superseded {
        Superseded::These(which) | Superseded::Heard(which) => {
            of_it && of_route && which.iter().any(|about| about.as_str() == one.about)
        }
        Superseded::All => of_it,
        Superseded::ButMoney => one.to == effect.of && !one.is_about_money(),
        Superseded::Everything => one.to == effect.of,
        Superseded::News | Superseded::None => false,
    }
}

/// Who is told what about, in order.
fn short(messages: &[&Seen]) -> Vec<(String, String)> {
    let mut short: Vec<_> = messages.iter().map(|one| (one.to.clone(), one.about.clone())).collect();
    short.sort();
    short
}

fn wanted(act: &Act, is_told: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let told = act.told.iter().filter(|told| is_told(&told.to));
    let mut wanted: Vec<_> = told.map(|told| (told.to.clone(), told.about.to_string())).collect();
    wanted.sort();
    wanted
}

/// How somebody is no longer there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gone {
    Left,
    Died,
    Erased,
}

/// Records whose messages are about money.
const OF_MONEY: [&str; 3] = ["claim", "recovery", "payee"];

/// Whoever has left is told of money alone, and whoever has died or was erased of nothing; everybody else is told as before.
pub fn gone(scenarios: &[Scenario]) {
    for scenario in scenarios.iter().filter(|scenario| row_of(scenario.row).about.is_some()) {
        let app = App::start();
        make::policies(&app);
        for (number, how) in [Gone::Left, Gone::Died, Gone::Erased].into_iter().enumerate() {
            app.now_is(BEGIN);
            without(scenario, &World::new(&app, number), how);
        }
        seen::explained(&app);
    }
}

fn without(scenario: &Scenario, world: &World<'_>, how: Gone) {
    let (app, row) = (world.app, row_of(scenario.row));
    let of_money = OF_MONEY.contains(&record(row));
    let act = (scenario.set)(world);
    if !goes(app, &act.person, how) {
        assert!(of_money, "{}: while no money is on its way, somebody can be erased", scenario.row);
        return;
    }
    let before = seen::all(app);
    let answer = (act.change)(app);
    let is_done = answer.status < 300;
    // What is written about somebody who was erased, or what they had is over, is refused. All else happens as ever.
    let is_about_them = how == Gone::Erased && answer.json["code"] == "volunteer-not-active";
    let still_hears = of_money && how == Gone::Left;
    let stays = wanted(&act, |to| !is_about_them && (to != act.person || still_hears));
    let is_refused = [403, 404, 409].contains(&answer.status) && stays.is_empty();
    assert!(is_done || is_refused, "{} {how:?}: {answer:?}", scenario.row);
    let after = seen::all(app);
    assert_eq!(short(&newly(&before, &after)), stays, "{} {how:?}: who is told of what", scenario.row);
}

/// Whether the person is gone: while money is on its way, nobody is erased.
fn goes(app: &App, person: &str, how: Gone) -> bool {
    let (at, lead) = (format!("/v1/volunteers/{person}"), app.lead_called("lead.zoe"));
    let reason = if how == Gone::Died { "deceased" } else { "other" };
    lead.post(&format!("{at}/leave"), json!({ "reason": reason })).expect(200);
    if how != Gone::Erased {
        return true;
    }
    let erased = lead.ask(&format!("{at}/erase"));
    let is_erased = erased.status == 200;
    if !is_erased {
        erased.refused(409, "payment-in-flight");
    }
    is_erased
}
