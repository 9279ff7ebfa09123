-- That somebody was reminded before a clearance expires: 60, 30 and 7 days ahead, each once.
CREATE TABLE clearance_reminders (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    clearance_id uuid NOT NULL REFERENCES clearances (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    expires_on   date NOT NULL,
    days_before  smallint NOT NULL CHECK (days_before IN (60, 30, 7)),
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT clearance_reminders_once UNIQUE (clearance_id, expires_on, days_before)
);
CREATE INDEX clearance_reminders_by_volunteer ON clearance_reminders (volunteer_id, id);
CREATE INDEX clearances_to_expire ON clearances (policy_expires_on, id) WHERE state IN ('cleared', 'cleared_with_restrictions');

GRANT SELECT, INSERT ON clearance_reminders TO involvement_service;
