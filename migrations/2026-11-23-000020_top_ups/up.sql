-- Top-ups after a back-dated rate: supplementary claims, linked line by line to those that they add to.

-- A line is topped up to a version once; what a rejected claim gave up can be made anew.
CREATE UNIQUE INDEX claim_lines_topped_up_once ON claim_lines (supplements_line_id, policy_id) WHERE live AND supplements_line_id IS NOT NULL;
-- Lines that were worked out by a version, by their day.
CREATE INDEX claim_lines_by_policy ON claim_lines (policy_id, on_day) WHERE live AND supplements_line_id IS NULL;
-- Supplementary claims that wait for a decision.
CREATE INDEX claims_undecided_supplements ON claims (id) WHERE supplements_claim_id IS NOT NULL AND status = 'submitted';

-- A supplementary claim is worked out by the service: nobody writes it, nobody takes it back, it uses up no miles.
ALTER TABLE claims ADD CONSTRAINT claims_supplement_decided CHECK (supplements_claim_id IS NULL OR (status NOT IN ('draft', 'withdrawn') AND supplements_claim_id <> id));
ALTER TABLE claim_lines ADD CONSTRAINT claim_lines_supplement_no_miles CHECK (supplements_line_id IS NULL OR (miles_first_rate = 0 AND supplements_line_id <> id));

-- A line adds to a line of the claim that its own claim adds to: to the first one, for the same thing, by the same way.
CREATE FUNCTION guard_supplement() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM claims c JOIN claim_lines first ON first.claim_id = c.supplements_claim_id
            WHERE c.id = NEW.claim_id AND first.id = NEW.supplements_line_id AND first.supplements_line_id IS NULL
                AND (first.volunteer_id, first.kind, first.route) = (NEW.volunteer_id, NEW.kind, NEW.route)) THEN
        RAISE EXCEPTION 'a supplementary line adds to a line of its claim''s original' USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_lines_supplement_linked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_lines_supplement_linked BEFORE INSERT ON claim_lines FOR EACH ROW
    WHEN (NEW.supplements_line_id IS NOT NULL) EXECUTE FUNCTION guard_supplement();
