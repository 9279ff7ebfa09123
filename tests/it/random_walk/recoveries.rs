//! The commands of the walk about money that comes back.

use serde_json::{Value, json};

use super::world::Walk;
use crate::support::make;

/// Proposes to recover a part of a line of a claim that was paid; now and then too much, or of a claim that was not.
pub fn propose(walk: &mut Walk<'_>) {
    let status = walk.draws.pick(&["paid", "paid", "part_paid", "approved"]);
    let list = walk.app.lead().get(&format!("/v1/claims?limit=100&status={status}")).expect(200);
    let items = list["items"].as_array().unwrap();
    if items.is_empty() {
        return;
    }
    let path = format!("/v1/claims/{}", make::id(&items[walk.draws.below(items.len())]));
    let claim = walk.app.lead().get(&path).expect(200);
    let lines = claim["lines"].as_array().unwrap();
    let line = &lines[walk.draws.below(lines.len())];
    let most = usize::try_from(line["approved_pence"].as_i64().unwrap_or_default()).unwrap();
    let pence = 1 + walk.draws.below(most + 1);
    let mut body = json!({ "reason": "It was claimed twice.", "method": "repayment", "lines": [{ "id": line["id"], "pence": pence }] });
    if walk.draws.percent(60) {
        body["method"] = json!("offset");
        body["agreed_with_person"] = json!({ "on": "2026-06-15", "how": "By telephone" });
    }
    let answer = walk.lead().post(&format!("{path}/recoveries"), body);
    walk.noted("recover", &answer);
}

/// Confirms a recovery, gives it up, or records a repayment of a part or of all that is open.
pub fn step(walk: &mut Walk<'_>, verb: &'static str) {
    let wanted = if verb == "confirm" { "proposed" } else { "agreed" };
    let filter = if walk.draws.percent(10) { String::new() } else { format!("&status={wanted}") };
    let list = walk.app.lead().get(&format!("/v1/recoveries?limit=100{filter}")).expect(200);
    let items = list["items"].as_array().unwrap();
    if items.is_empty() {
        return;
    }
    let recovery = &items[walk.draws.below(items.len())];
    let open = recovery["total_pence"].as_i64().unwrap() - recovery["recovered_pence"].as_i64().unwrap();
    let body: Value = match verb {
        "waive" => json!({ "reason": "It is small." }),
        "repaid" => {
            let pence = if walk.draws.percent(50) { open.max(1) } else { 1 + open / 2 };
            json!({ "on": "2026-06-15", "pence": pence, "ledger_reference": "REC 1" })
        }
        _ => json!({}),
    };
    let path = format!("/v1/recoveries/{}/{verb}", make::id(recovery));
    let answer = match verb {
        "waive" => walk.lead().post(&path, body),
        "confirm" if walk.draws.percent(50) => walk.lead().post(&path, body),
        _ => walk.officer().post(&path, body),
    };
    walk.noted(verb, &answer);
}
