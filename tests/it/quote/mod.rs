//! Quotes: what claim lines would pay, calculated and checked as in a claim, with nothing stored.

mod callers;
mod faults;
mod figures;

use serde_json::{Value, json};

use crate::support::Client;

const PATH: &str = "/v1/reimbursements/quote";

fn under(agreement: &str, lines: Value) -> Value {
    json!({ "agreement_id": agreement, "lines": lines })
}

fn offered(opportunity: &str, lines: Value) -> Value {
    json!({ "opportunity_id": opportunity, "lines": lines })
}

fn planned(day: &str, minutes: i64) -> Value {
    json!({ "kind": "time", "date": day, "scheduled_minutes": minutes })
}

fn by(vehicle: &str, day: &str, miles: f64) -> Value {
    json!({ "kind": "mileage", "date": day, "vehicle": vehicle, "miles": miles, "from": "Ely", "to": "Fulbourn" })
}

fn quote(who: &Client<'_>, body: Value) -> Value {
    who.post(PATH, body).expect(200)
}

fn pence(quote: &Value) -> Vec<Option<i64>> {
    quote["lines"].as_array().unwrap().iter().map(|line| line["payable_pence"].as_i64()).collect()
}

fn codes(line: &Value) -> Vec<&str> {
    line["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}
