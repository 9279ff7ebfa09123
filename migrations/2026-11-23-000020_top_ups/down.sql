DROP TRIGGER claim_lines_supplement_linked ON claim_lines;
DROP FUNCTION guard_supplement();
ALTER TABLE claim_lines DROP CONSTRAINT claim_lines_supplement_no_miles;
ALTER TABLE claims DROP CONSTRAINT claims_supplement_decided;
DROP INDEX claims_undecided_supplements, claim_lines_by_policy, claim_lines_topped_up_once;
