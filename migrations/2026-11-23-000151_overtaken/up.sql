-- What somebody was to be told and no longer holds is overtaken: nobody was told, and nobody has to.
ALTER TABLE deliveries DROP CONSTRAINT deliveries_status_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_status_check CHECK (status IN ('pending', 'done', 'overtaken'));
CREATE INDEX deliveries_pending_by_volunteer ON deliveries (volunteer_id) WHERE status = 'pending';

-- A log-in that works here, too, outlives the erasure of the volunteer that it spoke for: segregation compares persons, and
-- what somebody did at work stays theirs. Those known so far are taken to work here unless they spoke for a volunteer.
ALTER TABLE actors ADD COLUMN works_here boolean NOT NULL DEFAULT false;
UPDATE actors a SET works_here = true WHERE NOT EXISTS (SELECT FROM actor_volunteers v WHERE v.actor_id = a.id);

-- The channel by which somebody came names nobody, and the report of channels counts it.
COMMENT ON COLUMN expressions.heard_from IS 'personal, kept: that there was such a person, without who they were';
