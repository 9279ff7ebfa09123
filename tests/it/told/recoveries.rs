//! Who is told of money that comes back: the person, of each step; what was said before is out of date.

use involvement::deliveries::About;
use serde_json::{Value, json};

use super::stage::{World, does, finance_does, id, makes};
use super::walk::{Act, Change, Scenario};
use crate::support::make::{self, Engaged};
use crate::support::paid;

pub const SCENARIOS: &[Scenario] = &[
    Scenario { row: "recovery create: recovery_proposed", set: proposed },
    Scenario { row: "recovery repaid: recovery_settled", set: repaid },
    Scenario { row: "recovery recover: recovery_settled", set: recovered },
    Scenario { row: "recovery owe-again: recovery_settled", set: owed_again },
    Scenario { row: "recovery waive: recovery_settled", set: waived },
];

played!(SCENARIOS);

const ROUTE: &str = "accounts_payable";

/// An approved claim of £10.00.
fn ten_pounds(world: &World<'_>, it: &Engaged, day: &str) -> Value {
    make::approved(world.app, it, world.parking(it, day, 1_000))
}

/// A claim that was paid by mistake.
fn paid_by_mistake(world: &World<'_>) -> (Engaged, Value) {
    let it = world.engaged();
    make::payee(world.app, &it.volunteer);
    let claim = ten_pounds(world, &it, "2026-06-08");
    let run = paid::run(world.app, ROUTE);
    paid::results(world.app, &run, &[(&invoice(&claim, "A1"), "2026-06-15")]);
    (it, claim)
}

fn invoice(claim: &Value, of: &str) -> String {
    format!("{}-{of}", claim["reference"].as_str().unwrap())
}

/// The path and the body of a proposal to recover all of a claim.
fn proposal(claim: &Value, method: &str) -> (String, Value) {
    let lines = json!([{ "id": claim["lines"][0]["id"], "pence": 1_000 }]);
    let mut body = json!({ "reason": "It was claimed twice.", "method": method, "lines": lines });
    if method == "offset" {
        body["agreed_with_person"] = json!({ "on": "2026-06-15", "how": "By telephone" });
    }
    (format!("/v1/claims/{}/recoveries", make::id(claim)), body)
}

/// A recovery that is proposed, as its path.
fn proposed_now(world: &World<'_>, claim: &Value, method: &str) -> String {
    let (path, body) = proposal(claim, method);
    format!("/v1/recoveries/{}", make::id(&world.app.lead().post(&path, body).expect(201)))
}

/// The same, confirmed.
fn agreed(world: &World<'_>, claim: &Value, method: &str) -> String {
    let path = proposed_now(world, claim, method);
    world.app.finance().post(&format!("{path}/confirm"), json!({})).expect(200);
    path
}

fn proposed(world: &World<'_>) -> Act {
    let (it, claim) = paid_by_mistake(world);
    let (path, body) = proposal(&claim, "repayment");
    let says = ["We paid you £10.00 too much", "It was claimed twice."];
    Act::new(&it.volunteer, makes(path, body)).tells(&it.volunteer, About::RecoveryProposed, &says)
}

fn waived(world: &World<'_>) -> Act {
    let (it, claim) = paid_by_mistake(world);
    let path = proposed_now(world, &claim, "repayment");
    let act = Act::new(&it.volunteer, does(format!("{path}/waive"), json!({ "reason": "Our mistake." }))).on(id(&path));
    act.tells(&it.volunteer, About::RecoverySettled, &["You do not have to pay back the £10.00", "Our mistake."])
}

fn repaid(world: &World<'_>) -> Act {
    let (it, claim) = paid_by_mistake(world);
    let path = agreed(world, &claim, "repayment");
    let all = json!({ "on": "2026-06-15", "pence": 1_000, "ledger_reference": "REC 4711" });
    let act = Act::new(&it.volunteer, finance_does(format!("{path}/repaid"), all)).on(id(&path));
    act.tells(&it.volunteer, About::RecoverySettled, &["We have received the £10.00"])
}

/// A recovery that is taken off the payment of another claim, in a run that is released.
struct Offset {
    it: Engaged,
    recovery: String,
    /// The claim that is paid less.
    other: Value,
    /// Invoices of the payment and of what is taken off it.
    invoices: [String; 2],
    run: Value,
}

fn offset(world: &World<'_>) -> Offset {
    let (it, claim) = paid_by_mistake(world);
    let recovery = agreed(world, &claim, "offset");
    let other = ten_pounds(world, &it, "2026-06-09");
    let run = paid::run(world.app, ROUTE);
    Offset { it, recovery, invoices: [invoice(&other, "A1"), invoice(&claim, "AC1")], other, run }
}

impl Offset {
    /// Finance enters that the same became of both.
    fn results(&self, outcome: &str) -> Change {
        let each = self.invoices.iter().map(|number| json!({ "invoice_number": number, "outcome": outcome }));
        let path = format!("/v1/payment-runs/{}/results", make::id(&self.run));
        finance_does(path, json!({ "results": each.collect::<Vec<Value>>() }))
    }
}

fn recovered(world: &World<'_>) -> Act {
    let of = offset(world);
    let act = Act::new(&of.it.volunteer, of.results("paid")).on(id(&of.recovery));
    let act = act.tells(&of.it.volunteer, About::RecoverySettled, &["The £10.00", "has been taken off your payments"]);
    act.tells(&of.it.volunteer, About::ClaimPaid, &["£10.00"])
}

fn owed_again(world: &World<'_>) -> Act {
    let of = offset(world);
    assert_eq!(of.results("paid")(world.app).status, 200);
    let act = Act::new(&of.it.volunteer, of.results("returned")).on(id(&of.recovery));
    let claim = make::id(&of.other);
    let act = act
        .also_by("payment return: payment_returned", &claim, ROUTE)
        .also("claim owe-again: some about it", &claim)
        .tells(&of.it.volunteer, About::RecoverySettled, &["came back from the bank", "£10.00"]);
    act.tells(&of.it.volunteer, About::PaymentReturned, &["It is £10.00 for your claim"])
}
