-- Who looked at what of a person: written before the answer is given, changed by nobody. Ids and words alone.
-- No foreign key on the person: reading never waits for somebody who writes them.
CREATE TABLE looks (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor_id     uuid NOT NULL REFERENCES actors (id),
    volunteer_id uuid NOT NULL,
    what         text NOT NULL,
    thing_id     uuid,
    request_id   uuid NOT NULL
);
CREATE INDEX looks_by_volunteer ON looks (volunteer_id, id);
CREATE INDEX looks_by_time ON looks (at, id);

CREATE TRIGGER looks_append_only BEFORE UPDATE OR TRUNCATE ON looks EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON looks TO involvement_service;
