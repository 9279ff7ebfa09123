-- The service's own role: it owns nothing, and can't change what is append-only.
-- A log-in role is made its member by `involvement migrate`.

DO $$ BEGIN
    CREATE ROLE involvement_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA public TO involvement_service;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO involvement_service;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO involvement_service;
GRANT UPDATE ON actors, services, plans, opportunities, volunteers, volunteer_profiles, payees, experiences, clearances,
    expressions, agreements, agreement_texts, agreement_pauses, sessions, attendances, feedback, deliveries,
    reimbursement_policies, claims, claim_texts, claim_lines, claim_line_texts, mileage_years, payment_runs, payments,
    payment_run_exports, idempotency_keys TO involvement_service;
GRANT DELETE ON idempotency_keys, feedback_contributors, attendances, claim_lines, claim_line_texts TO involvement_service;
REVOKE ALL ON __diesel_schema_migrations FROM involvement_service;
GRANT SELECT ON __diesel_schema_migrations TO involvement_service;
