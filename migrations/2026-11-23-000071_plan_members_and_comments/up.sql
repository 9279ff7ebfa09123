-- Volunteers who shape a plan, and what is said about it before it is approved.

CREATE TABLE plan_members (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id      uuid NOT NULL REFERENCES plans (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT plan_members_once UNIQUE (plan_id, volunteer_id)
);
CREATE INDEX plan_members_by_volunteer ON plan_members (volunteer_id, plan_id);
CREATE INDEX plan_members_by_plan ON plan_members (plan_id, id);

-- What was said lies here and nowhere else; erasure empties text and answer, and nothing freezes them.
CREATE TABLE plan_comments (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    plan_id      uuid NOT NULL REFERENCES plans (id),
    volunteer_id uuid REFERENCES volunteers (id),
    status       text NOT NULL CHECK (status IN ('open', 'resolved')),
    pointer      text,
    text         text,
    answer       text,
    resolved_at  timestamptz,
    resolved_by  uuid REFERENCES actors (id),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT plan_comments_resolved CHECK ((status = 'resolved') = (resolved_at IS NOT NULL AND resolved_by IS NOT NULL))
);
CREATE INDEX plan_comments_by_plan ON plan_comments (plan_id, id);
CREATE INDEX plan_comments_open ON plan_comments (plan_id) WHERE status = 'open';
CREATE INDEX plan_comments_by_volunteer ON plan_comments (volunteer_id) WHERE volunteer_id IS NOT NULL;

GRANT SELECT, INSERT, DELETE ON plan_members TO involvement_service;
GRANT SELECT, INSERT, UPDATE ON plan_comments TO involvement_service;
