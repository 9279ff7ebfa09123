//! Random lines of claims, mostly valid and now and then wrong.

use serde_json::{Value, json};

use super::world::Walk;

const KINDS: [&str; 12] = [
    "time",
    "time",
    "time",
    "mileage",
    "mileage",
    "mileage",
    "parking",
    "public_transport",
    "subsistence",
    "care",
    "consumables",
    "taxi",
];

impl Walk<'_> {
    /// Random lines for a volunteer's claim under the agreement of an opportunity.
    pub fn lines(&mut self, person: usize, opportunity: usize) -> Value {
        let count = self.draws.pick(&[0, 1, 1, 1, 2, 2, 3, 4]);
        json!((0..count).map(|_| self.line(person, opportunity)).collect::<Vec<_>>())
    }

    fn line(&mut self, person: usize, opportunity: usize) -> Value {
        let kind = self.draws.pick(&KINDS);
        let mut line = json!({ "kind": kind });
        let went: Vec<usize> = self
            .attended
            .iter()
            .filter(|(session, who)| *who == person && self.sessions[*session].opportunity == opportunity)
            .map(|(session, _)| *session)
            .collect();
        let fresh: Vec<usize> =
            went.iter().copied().filter(|session| !self.timed.contains(&(*session, person))).collect();
        let went = if kind == "time" && !fresh.is_empty() && self.draws.percent(85) { fresh } else { went };
        let session = if went.is_empty() || self.draws.percent(4) {
            self.draws.below(self.sessions.len())
        } else {
            self.draws.pick(&went)
        };
        line["session_id"] = json!(self.sessions[session].id);
        match kind {
            "time" => {
                self.timed.insert((session, person));
                if self.draws.percent(25) {
                    line["elected_pence"] = json!(self.draws.pick(&[0, 2500, 5000, 7500, 99_999]));
                }
                return line;
            }
            "mileage" => {
                let vehicle = self.draws.pick(&["car", "car", "car", "bicycle", "motorcycle"]);
                line["vehicle"] = json!(vehicle);
                line["miles"] = json!(self.draws.below(600) as f64 / 10.0);
                if vehicle == "car" && self.draws.percent(30) {
                    line["passengers"] = json!(self.draws.below(4));
                }
                (line["from"], line["to"]) = (json!("Ely"), json!("Fulbourn"));
            }
            "subsistence" => line["minutes_away"] = json!(self.draws.below(1000)),
            "care" => line["minutes"] = json!(self.draws.below(400)),
            "taxi" => line["prior_agreement"] = json!("The link person, by telephone."),
            _ => {}
        }
        if kind != "mileage" {
            line["spent_pence"] = json!(self.draws.pick(&[0, 1, 460, 999, 2350, 9000]));
            if self.draws.percent(94) {
                line["evidence_exception"] = json!("The machine gave none.");
            }
        }
        if self.draws.percent(8) {
            line["paid_by"] = json!("trust");
        }
        line
    }
}
