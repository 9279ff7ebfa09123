//! What the service's role may never do: change the record, delete, truncate, switch off or deceive triggers, or change
//! role.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{APPROVE, Attack, LOWER, World};
use crate::support::{App, books};

/// Tables of money and of the record, from which no row is ever deleted.
const KEPT: [&str; 15] = [
    "actor_volunteers",
    "actors",
    "agreements",
    "audit_records",
    "audit_seals",
    "claim_texts",
    "claims",
    "events",
    "histories",
    "mileage_years",
    "payees",
    "payment_run_exports",
    "payment_runs",
    "payments",
    "plan_versions",
];

fn tables(app: &App) -> Vec<String> {
    let found = books::ask(app, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
    found.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

fn denied(sql: impl Into<String>) -> Attack {
    ("denied", sql.into())
}

#[test]
fn nothing_is_deleted_emptied_or_unguarded() {
    let world = World::new();
    let mut attacks: Vec<Attack> = KEPT.iter().map(|table| denied(format!("DELETE FROM {table}"))).collect();
    // Sessions go only before anybody knows of them; drafts of policies alone are removed.
    attacks.push(("sessions_known", "DELETE FROM sessions WHERE id = {session}".to_owned()));
    attacks.push(("reimbursement_policies_frozen", "DELETE FROM reimbursement_policies".to_owned()));
    for table in tables(&world.app) {
        attacks.extend([
            denied(format!("TRUNCATE {table} CASCADE")),
            denied(format!("ALTER TABLE {table} DISABLE TRIGGER ALL")),
            denied(format!("DROP TABLE {table} CASCADE")),
            denied(format!("ALTER TABLE {table} OWNER TO involvement_service")),
        ]);
    }
    let triggers =
        "SELECT t.tgname AS name, t.tgrelid::regclass::text AS owner FROM pg_trigger t WHERE NOT t.tgisinternal";
    let constraints = "SELECT c.conname AS name, c.conrelid::regclass::text AS owner FROM pg_constraint c
        WHERE c.connamespace = 'public'::regnamespace AND c.conrelid <> 0";
    for (what, query) in [("TRIGGER", triggers), ("CONSTRAINT", constraints)] {
        for found in books::ask(&world.app, query) {
            let (name, table) = (found["name"].as_str().unwrap(), found["owner"].as_str().unwrap());
            attacks.push(match what {
                "TRIGGER" => denied(format!("DROP TRIGGER {name} ON {table}")),
                _ => denied(format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\" CASCADE")),
            });
        }
    }
    for index in books::ask(&world.app, "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public'") {
        attacks.push(denied(format!("DROP INDEX \"{}\"", index["name"].as_str().unwrap())));
    }
    assert!(attacks.len() > 300, "{} attacks: the catalogue is read", attacks.len());
    world.refuses(&attacks);
}

#[test]
fn what_is_written_for_good_stays() {
    let world = World::new();
    let mut attacks: Vec<Attack> = [
        "UPDATE audit_records SET action = 'read'",
        "UPDATE audit_seals SET chain_hash = 'x'",
        "UPDATE histories SET to_state = 'paid'",
        "UPDATE events SET state = 'paid'",
        "UPDATE plan_versions SET document = '{}'",
        "UPDATE __diesel_schema_migrations SET version = '0'",
        "SELECT setval('claim_reference_numbers', 1)",
        "SELECT setval('payment_run_reference_numbers', 1)",
        "ALTER SEQUENCE claim_reference_numbers RESTART",
    ]
    .map(denied)
    .to_vec();
    for column in [
        "terms = '{}'",
        "effective_from = '2020-01-01'",
        "name = 'x'",
        "status = 'draft'",
        "published_at = now()",
        "published_by = created_by, version = 9",
        "created_at = now()",
    ] {
        attacks.push(("reimbursement_policies_frozen", format!("UPDATE reimbursement_policies SET {column}")));
    }
    for column in [
        "offer = '{}'",
        "basis = 'expenses_only'",
        "payment_route = 'accounts_payable'",
        "starts_on = '2020-01-01'",
        "ends_on = '2030-01-01'",
        "body_sha256 = 'x'",
        "volunteer_id = {other}",
    ] {
        attacks.push(("agreements_frozen", format!("UPDATE agreements SET {column}")));
    }
    attacks.push(("agreement_texts_frozen", "UPDATE agreement_texts SET body = 'You get nothing.'".to_owned()));
    attacks.push(("opportunities_places_kept", "UPDATE opportunities SET accepted_count = places + 1".to_owned()));
    world.refuses(&attacks);
}

#[test]
fn nobody_becomes_another_or_makes_guards_of_their_own() {
    let world = World::new();
    let owner =
        books::ask(&world.app, "SELECT tableowner AS name FROM pg_tables WHERE tablename = 'claims'")[0]["name"]
            .as_str()
            .unwrap()
            .to_owned();
    let attempts = [
        format!("SET ROLE \"{owner}\""),
        format!("SET SESSION AUTHORIZATION \"{owner}\""),
        format!("GRANT \"{owner}\" TO involvement_service"),
        "ALTER ROLE involvement_service SUPERUSER".to_owned(),
        "CREATE ROLE another LOGIN SUPERUSER".to_owned(),
        "SET session_replication_role = replica".to_owned(),
        "CREATE OR REPLACE FUNCTION guard_claim() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            .to_owned(),
        "CREATE FUNCTION public.same_person(a text, b uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false'".to_owned(),
        "ALTER FUNCTION same_person(uuid, uuid) RENAME TO other_person".to_owned(),
        "ALTER FUNCTION guard_claim() RESET search_path".to_owned(),
        "DELETE FROM persons".to_owned(),
        "UPDATE persons SET person = member".to_owned(),
        "INSERT INTO persons VALUES (gen_random_uuid(), gen_random_uuid())".to_owned(),
        "SELECT * FROM remembered_log_ins".to_owned(),
        "CREATE TABLE public.another (id uuid)".to_owned(),
        "CREATE SCHEMA another".to_owned(),
        "COPY claims TO PROGRAM 'cat'".to_owned(),
        "COPY claims FROM '/etc/passwd'".to_owned(),
    ];
    world.refuses(&attempts.clone().map(denied));
    // The service's login without its role has no more rights.
    let mut login = PgConnection::establish(&world.app.database.url()).unwrap();
    for sql in attempts.iter().map(String::as_str).chain([
        "TRUNCATE claims CASCADE",
        "ALTER TABLE claims DISABLE TRIGGER ALL",
        "DELETE FROM payments",
        "DROP TRIGGER claims_guard ON claims",
    ]) {
        let refused = login.transaction(|conn| conn.batch_execute(sql)).expect_err(sql).to_string();
        assert!(
            ["permission denied", "must be owner", "must be superuser"].iter().any(|sign| refused.contains(sign)),
            "{sql}: {refused}"
        );
    }
}

#[test]
fn a_guard_is_not_deceived_by_a_table_of_the_same_name() {
    let world = World::new();
    let shadow = |table: &str| format!("CREATE TEMP TABLE {table} AS SELECT * FROM public.{table}");
    let attacks = [
        ("claim_lines_frozen", format!("{}; UPDATE pg_temp.claims SET status = 'draft'; UPDATE public.claim_lines SET payable_pence = 1 WHERE claim_id = {{approved}}", shadow("claims"))),
        ("claims_approver_is_another", format!("CREATE TEMP TABLE actor_volunteers (actor_id uuid, volunteer_id uuid); {LOWER}{{typed}}; {APPROVE}@tess.two@ WHERE id = {{typed}}")),
        ("claims_approver_not_claimant", format!("CREATE TEMP TABLE volunteers (id uuid, staff_subject text); {LOWER}{{typed}}; {APPROVE}@nurse.vera@ WHERE id = {{typed}}")),
        ("claims_approver_not_claimant", format!("CREATE TEMP TABLE persons (member uuid, person uuid); {LOWER}{{typed}}; {APPROVE}@nurse.vera@ WHERE id = {{typed}}")),
        ("claims_total_is_lines", format!("{LOWER}{{submitted}}; {}; UPDATE pg_temp.claim_lines SET approved_pence = 1; {APPROVE}@lead.eve@, total_pence = 2 WHERE id = {{submitted}}", shadow("claim_lines"))),
        ("payment_runs_cancelled_holds_none", "CREATE TEMP TABLE payments (LIKE public.payments); UPDATE public.payment_runs SET status = 'cancelled' WHERE id = {open_run}".to_owned()),
        ("payments_by_their_run", format!("{}; UPDATE pg_temp.payment_runs SET status = 'released'; UPDATE public.payments SET status = 'paid', paid_on = '2026-06-15' WHERE payment_run_id = {{open_run}}", shadow("payment_runs"))),
    ];
    world.refuses(&attacks);
    // Every trigger function sets its own search path, or qualifies the names that it uses.
    let open = books::ask(
        &world.app,
        r"SELECT p.proname AS name FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
            WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype AND l.lanname = 'plpgsql'
            AND NOT COALESCE(p.proconfig::text LIKE '%search_path=pg_catalog, public, pg_temp%', false)
            AND (p.prosrc ~* '\m(from|join)\s+(?!public\.|\(|moved\M|old\.|new\.)[a-z_]' OR p.prosrc ~ '(?<!public\.)\m(same_person|is_volunteer)\(')",
    );
    assert!(open.is_empty(), "a temporary table of the same name would deceive these: {open:?}");
}
