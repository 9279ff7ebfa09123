//! People: what each role sees and writes of them, their experience (docs/rules.md, rule 6), and what finance pays to.

mod beside;
mod brief;
mod confidential;
mod profiles;
mod seen;

use serde_json::{Value, json};

use crate::support::App;

fn person(name: &str) -> Value {
    json!({ "legal_name": name, "preferred_contact": "email", "email": "somebody@example.org" })
}

/// Inserts an expression of interest with this status by SQL.
pub fn engage(app: &App, plan: &str, service: &str, volunteer: &str, status: &str) {
    use diesel::connection::SimpleConnection;
    let opportunity = uuid::Uuid::now_v7();
    let sql = format!(
        "INSERT INTO opportunities (id, plan_id, service_id, status, title, kind, places, created_at, created_by, updated_at) \
         SELECT '{opportunity}', '{plan}', '{service}', 'cancelled', 'T', 'forum', 5, now(), id, now() FROM actors LIMIT 1; \
         INSERT INTO expressions (id, opportunity_id, service_id, volunteer_id, status, on_behalf, created_at, created_by, updated_at) \
         SELECT '{}', '{opportunity}', '{service}', '{volunteer}', '{status}', true, now(), id, now() FROM actors LIMIT 1",
        uuid::Uuid::now_v7(),
    );
    app.database.as_owner().batch_execute(&sql).expect("an expression of interest");
}
