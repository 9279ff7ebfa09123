//! What passes by itself or is the operator's to mend is 503, not 500.

use serde_json::json;

use super::owner;
use crate::support::{App, make};

/// Has every new service fail with an error of PostgreSQL's.
fn failing(app: &App, code: &str, message: &str) {
    owner(
        app,
        &format!(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$;
             CREATE OR REPLACE TRIGGER fails BEFORE INSERT ON services FOR EACH ROW EXECUTE FUNCTION fail();"
        ),
    );
}

fn service(app: &App) -> crate::support::Answer {
    let body = json!({
        "code": "full", "name": "Full", "domain": "mental_health", "cost_centre": "C20417",
        "subjective_expense": "73105", "subjective_payment": "73110", "contact_email": "service@trust.example",
    });
    app.lead().post("/v1/services", body)
}

#[test]
fn a_full_disk_and_a_cancelled_statement_are_not_faults_of_the_service() {
    let app = App::start();
    for (code, message) in [
        ("53100", "could not extend file \"base/5/16409\": No space left on device"),
        ("53100", "could not write to file \"pg_wal/xlogtemp.42\": No space left on device"),
        ("57014", "canceling statement due to user request"),
        ("58030", "could not read block 3 in file \"base/5/16409\": Input/output error"),
        ("53200", "out of memory"),
    ] {
        failing(&app, code, message);
        service(&app).refused(503, "unavailable");
    }
    owner(&app, "DROP TRIGGER fails ON services");
    service(&app).expect(201);
}

#[test]
fn a_database_that_lacks_a_migration_is_503_and_says_so_where_readiness_is_asked() {
    let app = App::start();
    let volunteer = make::volunteer(&app, "Bo");
    owner(
        &app,
        "ALTER TABLE services RENAME TO services_of_tomorrow;
         DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    app.lead().get("/v1/services").refused(503, "unavailable");
    app.public().get("/health/ready").refused(503, "unavailable");
    app.lead().get(&format!("/v1/volunteers/{volunteer}")).expect(200);
}

#[test]
fn a_database_that_only_answers_reads_is_not_ready_but_read() {
    let app = App::start();
    owner(
        &app,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$;
         SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    app.public().get("/health/ready").refused(503, "unavailable");
    app.lead().get("/v1/services").expect(200);
    service(&app).refused(503, "unavailable");
}
