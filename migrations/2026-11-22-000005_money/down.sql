DROP TABLE payment_run_exports, payments, payment_runs, mileage_years, claim_line_texts, claim_lines, claim_texts, claims, reimbursement_policies;
DROP SEQUENCE claim_reference_numbers, payment_run_reference_numbers;
DROP FUNCTION guard_payment_run(), guard_payment(), guard_claim_line(), guard_claim(), refuse_policy_change(), is_volunteer(uuid, uuid), same_person(uuid, uuid), person_volunteers(uuid);
