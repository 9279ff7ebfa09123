//! Who is told of payments: the person, of what reached them and what did not. What is told of one route of a claim leaves the
//! other one as it is.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, finance_does};
use super::walk::{Act, Change, Scenario};
use crate::support::make::{self, Engaged};
use crate::support::paid;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "claim pay: claim_paid", set: all_is_paid },
    Scenario { row: "claim part-pay: some about it", set: part_is_paid },
    Scenario { row: "claim owe-again: some about it", set: owed_again },
    Scenario { row: "payment fail: payment_failed", set: failed },
    Scenario { row: "payment return: payment_returned", set: returned },
    Scenario { row: "payee confirm: payee_changed", set: numbers_changed },
];

played!(SCENARIOS);

const ROUTE: &str = "accounts_payable";

/// A claim in a payment run that is released.
struct Released {
    it: Engaged,
    claim: String,
    /// Its invoice by accounts payable.
    invoice: String,
    run: Value,
}

fn released(world: &World<'_>, more: impl Fn(&str) -> Value) -> Released {
    let it = world.engaged();
    make::payee(world.app, &it.volunteer);
    let mut lines = world.parking(&it, "2026-06-08", 650);
    let session = lines[0]["session_id"].as_str().unwrap().to_owned();
    lines.as_array_mut().unwrap().extend(more(&session).as_array().unwrap().clone());
    let claim = make::approved(world.app, &it, lines);
    let invoice = format!("{}-A1", claim["reference"].as_str().unwrap());
    Released { it, claim: make::id(&claim), invoice, run: paid::run(world.app, ROUTE) }
}

/// The same, of a claim for parking alone.
fn of_parking(world: &World<'_>) -> Released {
    released(world, |_| json!([]))
}

impl Released {
    /// Finance enters what became of the payment.
    fn result(&self, said: Value) -> Change {
        let path = format!("/v1/payment-runs/{}/results", make::id(&self.run));
        let result = make::with(json!({ "invoice_number": self.invoice }), said);
        finance_does(path, json!({ "results": [result] }))
    }

    fn is_paid(&self) -> Change {
        self.result(json!({ "outcome": "paid", "paid_on": "2026-06-15" }))
    }

    fn comes_back(&self) -> Change {
        self.result(json!({ "outcome": "returned", "reason": "no such account" }))
    }
}

/// What the person is told of £6.50 that did not reach them.
const BACK: [&str; 2] = ["It is £6.50 for your claim", "no such account"];

fn all_is_paid(world: &World<'_>) -> Act {
    let of = of_parking(world);
    let act = Act::new(&of.it.volunteer, of.is_paid()).on(&of.claim);
    act.tells(&of.it.volunteer, About::ClaimPaid, &["We paid you £6.50: £6.50 on 15 June 2026."])
}

fn part_is_paid(world: &World<'_>) -> Act {
    let of = released(world, |session| json!([{ "kind": "time", "session_id": session }]));
    Act::new(&of.it.volunteer, of.is_paid()).on(&of.claim)
}

/// A claim that was paid, of which the bank sends the money back.
fn comes_back(world: &World<'_>) -> (Released, Act) {
    let of = of_parking(world);
    assert_eq!(of.is_paid()(world.app).status, 200);
    let act = Act::new(&of.it.volunteer, of.comes_back()).tells(&of.it.volunteer, About::PaymentReturned, &BACK);
    (of, act)
}

fn owed_again(world: &World<'_>) -> Act {
    let (of, act) = comes_back(world);
    act.on(&of.claim).also_by("payment return: payment_returned", &of.claim, ROUTE)
}

fn returned(world: &World<'_>) -> Act {
    let (of, act) = comes_back(world);
    act.on_by(&of.claim, ROUTE).also("claim owe-again: some about it", &of.claim)
}

fn failed(world: &World<'_>) -> Act {
    let of = of_parking(world);
    let change = of.result(json!({ "outcome": "failed", "reason": "no such account" }));
    let act = Act::new(&of.it.volunteer, change).on_by(&of.claim, ROUTE);
    act.tells(&of.it.volunteer, About::PaymentFailed, &BACK)
}

fn numbers_changed(world: &World<'_>) -> Act {
    let it = world.engaged();
    let path = format!("/v1/volunteers/{}/payee", it.volunteer);
    world.app.finance().change(&path, json!({ "supplier_number": "S10023", "supplier_site": "HOME" })).expect(200);
    let confirm = format!("{path}/confirm");
    let change: Change = Box::new(move |app| app.finance_called("finance.dan").post(&confirm, json!({})));
    Act::new(&it.volunteer, change).on(&it.volunteer).tells(&it.volunteer, About::PayeeChanged, &[])
}
