//! A faulty service: every rule that the database enforces is violated by SQL, and refused by the name of its
//! constraint. The tests that go through the API show what a rule is for; here SQL goes straight to the database.

mod claims;
mod closed;
mod payments;
mod people;
mod recoveries;
mod views;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error;
use involvement::access::Role;
use involvement::access::token::Mint;
use serde_json::{Value, json};

use crate::support::app::mint_defaults;
use crate::support::{App, Client, books, make};

const APPROVE: &str =
    "UPDATE claims SET status = 'approved', approved_at = now(), version = version + 1, approved_by = ";
const LOWER: &str = "UPDATE claim_lines SET approved_pence = payable_pence WHERE claim_id = ";
const RELEASE: &str =
    "UPDATE payment_runs SET status = 'released', released_at = now(), export_sha256 = 'x', released_by = ";

/// The constraint that must refuse, and the SQL that is tried.
type Attack = (&'static str, String);

/// Records in every state that has a rule.
struct World {
    app: App,
    volunteer: String,
    other: String,
    session: String,
    /// Claims by status, and one entered by a member of staff.
    claims: Vec<(&'static str, String)>,
    open_run: String,
    released_run: String,
}

fn yes() -> Value {
    json!({ "no_close_relationship": true })
}

/// A client with this role who is also this volunteer.
fn also<'a>(app: &'a App, role: Role, subject: &str, volunteer: &str) -> Client<'a> {
    let volunteer_id = Some(volunteer.parse::<uuid::Uuid>().unwrap().into());
    app.with(Mint { roles: vec![role, Role::Volunteer], subject: subject.to_owned(), volunteer_id, ..mint_defaults() })
}

impl World {
    fn new() -> Self {
        let app = App::start();
        let engaged = make::engaged_with(&app, json!({ "places": 9 }), json!({}));
        let (volunteer, other) = (engaged.volunteer.clone(), make::volunteer(&app, "Tess Typist"));
        make::payee(&app, &volunteer);
        let who = app.volunteer(&volunteer);
        let mut session = String::new();
        let mut claim = |day: u32, who: &Client<'_>, submit: bool| {
            let at = format!("2026-06-{day:02}T09:00:00Z");
            session = make::attended(&app, &engaged.opportunity, &volunteer, &at, 60);
            let line = json!({ "kind": "mileage", "session_id": session, "vehicle": "car", "miles": 10, "from": "A", "to": "B" });
            let body = json!({ "agreement_id": engaged.agreement, "volunteer_id": volunteer, "lines": [{ "kind": "time", "session_id": session }, line],
                "declaration": { "made_on": "2026-06-14", "how": "phone" } });
            let id = make::id(&who.post("/v1/claims", body).expect(201));
            if submit {
                who.ask(&format!("/v1/claims/{id}/submit")).expect(200);
            }
            id
        };
        let approve =
            |id: &str| app.lead_called("lead.zoe").post(&format!("/v1/claims/{id}/approve"), yes()).expect(200);
        let cara = also(&app, Role::Finance, "fin.cara", &other);
        let sent = claim(1, &who, true);
        approve(&sent);
        let released_run = run(&cara, "payroll");
        app.finance_called("fin.dan")
            .post_once(&format!("{released_run}/release"), "release-the-payroll", json!({}))
            .expect(200);
        let approved = claim(2, &who, true);
        approve(&approved);
        let open_run = run(&cara, "accounts_payable");
        let rejected = claim(3, &who, true);
        app.lead().post(&format!("/v1/claims/{rejected}/reject"), json!({ "reason": "No." })).expect(200);
        let withdrawn = claim(4, &who, true);
        who.ask(&format!("/v1/claims/{withdrawn}/withdraw")).expect(200);
        let typed = claim(5, &also(&app, Role::InvolvementLead, "tess.one", &other), true);
        let draft = claim(6, &who, false);
        let submitted = claim(7, &who, true);
        let claims = vec![
            ("sent", sent),
            ("approved", approved),
            ("rejected", rejected),
            ("withdrawn", withdrawn),
            ("typed", typed),
            ("draft", draft),
            ("submitted", submitted),
        ];
        let world = Self { volunteer, other, session, claims, open_run, released_run, app };
        world.log_ins();
        world
    }

    /// Everybody used in the tests acts once, so that the database has them as actors.
    fn log_ins(&self) {
        let app = &self.app;
        let about =
            |who: &Client<'_>, more: Value| who.change(&format!("/v1/volunteers/{}", self.volunteer), more).expect(200);
        about(&app.lead(), json!({ "staff_subject": "nurse.vera" }));
        about(&app.lead_called("nurse.vera"), json!({ "preferred_name": "Vera Volunteer 1" }));
        about(
            &also(app, Role::InvolvementLead, "lead.vera", &self.volunteer),
            json!({ "preferred_name": "Vera Volunteer 2" }),
        );
        about(
            &also(app, Role::InvolvementLead, "tess.two", &self.other),
            json!({ "preferred_name": "Vera Volunteer 3" }),
        );
        about(&app.lead_called("lead.eve"), json!({ "preferred_name": "Vera Volunteer 4" }));
        let payee = |who: &Client<'_>, site: &str| {
            who.change(&format!("/v1/volunteers/{}/payee", self.volunteer), json!({ "supplier_site": site }))
                .expect(200)
        };
        payee(&also(app, Role::Finance, "fin.cara.too", &self.other), "H1");
        payee(&app.finance_called("fin.dan"), "H2");
        payee(&app.finance_called("lead.zoe"), "H3");
    }

    fn claim(&self, state: &str) -> &str {
        &self.claims.iter().find(|(known, _)| *known == state).expect("a claim").1
    }

    /// Fills an attack's placeholders: `{draft}` and the other claims by status, the runs, the people and the session;
    /// `@name` is a login.
    fn fill(&self, sql: &str) -> String {
        let mut sql = sql.to_owned();
        let own = [
            ("open_run", &self.open_run),
            ("released_run", &self.released_run),
            ("volunteer", &self.volunteer),
            ("other", &self.other),
            ("session", &self.session),
        ];
        for (name, id) in own.into_iter().chain(self.claims.iter().map(|(name, id)| (*name, id))) {
            let id = id.rsplit('/').next().unwrap();
            sql = sql.replace(&format!("{{{name}}}"), &format!("'{id}'"));
        }
        for name in [
            "lead.ann",
            "lead.eve",
            "lead.vera",
            "lead.zoe",
            "nurse.vera",
            "tess.one",
            "tess.two",
            "fin.cara.too",
            "fin.cara",
            "fin.dan",
        ] {
            sql =
                sql.replace(&format!("@{name}@"), &format!("(SELECT id FROM public.actors WHERE subject = '{name}')"));
        }
        assert!(!sql.contains(['{', '@']) || sql.contains("'{"), "something is not filled in: {sql}");
        sql
    }

    /// Tries each statement with the service's role, in its own transaction. Each must be refused by this rule, and
    /// nothing may change.
    #[track_caller]
    fn refuses(&self, attacks: &[Attack]) {
        let before = self.fingerprint();
        let mut conn = self.app.database.as_service();
        let mut open = Vec::new();
        for (rule, attack) in attacks {
            let sql = self.fill(attack);
            let tried = conn.transaction(|conn| conn.batch_execute(&sql));
            let found = match &tried {
                Ok(()) => "nothing".to_owned(),
                Err(Error::DatabaseError(_, info)) => {
                    let denied = ["permission denied", "must be owner", "must be superuser"]
                        .iter()
                        .any(|sign| info.message().contains(sign));
                    if denied {
                        "denied".to_owned()
                    } else {
                        info.constraint_name().unwrap_or(info.message()).to_owned()
                    }
                }
                Err(error) => error.to_string(),
            };
            if found != *rule {
                open.push(format!("{attack}\n    should meet {rule}, met {found}"));
            }
        }
        assert!(open.is_empty(), "{} of {} attacks:\n{}", open.len(), attacks.len(), open.join("\n"));
        assert_eq!(self.fingerprint(), before, "nothing changed");
    }

    /// A hash of every row of every table about money, and of what it rests on.
    fn fingerprint(&self) -> Vec<Value> {
        let tables = [
            "claims",
            "claim_lines",
            "payees",
            "payments",
            "payment_runs",
            "payment_run_exports",
            "payment_run_export_parts",
            "recoveries",
            "recovery_lines",
            "repayments",
            "agreements",
            "reimbursement_policies",
            "histories",
            "audit_records",
            "events",
            "plan_versions",
            "attendances",
            "actors",
            "actor_volunteers",
            "idempotency_keys",
        ];
        tables
            .iter()
            .map(|table| {
                books::ask(
                    &self.app,
                    &format!("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash FROM {table} t"),
                )[0]
                .clone()
            })
            .collect()
    }
}

/// Creates a run of every payment that is due by a route, and returns its path.
fn run(cara: &Client<'_>, route: &str) -> String {
    let made = cara.post_once("/v1/payment-runs", &format!("a-run-by-{route}"), json!({ "route": route })).expect(201);
    format!("/v1/payment-runs/{}", make::id(&made))
}
