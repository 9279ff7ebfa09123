-- Support: what a link person and a volunteer have to do with each other, and the checklist of an induction.

-- What support knows of an agreement's dates, kept beside it so that what is overdue is found by an index.
-- `supported_on` is the day of the newest contact; `support_due_on` what it said of the next.
ALTER TABLE agreements ADD COLUMN supported_on date, ADD COLUMN support_due_on date, ADD COLUMN induction_due_on date;
CREATE INDEX agreements_support_due ON agreements ((CASE WHEN supported_on IS NULL THEN starts_on + 28 ELSE support_due_on END), id)
    WHERE status IN ('active', 'paused');
CREATE INDEX agreements_induction_due ON agreements (induction_due_on, id) WHERE status IN ('active', 'paused');

CREATE TABLE support_contacts (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    agreement_id uuid NOT NULL REFERENCES agreements (id),
    volunteer_id uuid NOT NULL REFERENCES volunteers (id),
    service_id   uuid NOT NULL REFERENCES services (id),
    on_day       date NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('practical', 'emotional', 'on_the_job')),
    next_due     date,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL,
    CONSTRAINT support_contacts_dates CHECK (next_due IS NULL OR on_day < next_due)
);
CREATE INDEX support_contacts_by_agreement ON support_contacts (agreement_id, id);
CREATE INDEX support_contacts_newest ON support_contacts (agreement_id, on_day DESC, id DESC);
CREATE INDEX support_contacts_by_volunteer ON support_contacts (volunteer_id, id);
CREATE INDEX support_contacts_by_service ON support_contacts (service_id, id);

-- What was said; erasure empties it, and nothing freezes it.
CREATE TABLE support_contact_texts (
    contact_id   uuid PRIMARY KEY REFERENCES support_contacts (id),
    shared_note  text,
    private_note text
);

-- What an induction goes through, as data; each agreement gets a copy when it begins.
CREATE TABLE induction_items (
    position smallint PRIMARY KEY,
    text     text NOT NULL
);
INSERT INTO induction_items (position, text) VALUES
    (1, 'Met the link person and the deputy'),
    (2, 'Knows whom to call, and when'),
    (3, 'Was asked what they need to take part, and it is arranged'),
    (4, 'Was shown the place, the way in and out, and the toilets'),
    (5, 'Talked about confidentiality'),
    (6, 'Knows what to do about a worry for somebody''s safety'),
    (7, 'Knows what is reimbursed and how to claim it'),
    (8, 'Knows that they can rest, change their mind or stop at any time'),
    (9, 'Met the others they will work with');

CREATE TABLE inductions (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL DEFAULT 1 CHECK (version > 0),
    agreement_id uuid NOT NULL CONSTRAINT inductions_once UNIQUE REFERENCES agreements (id),
    due_on       date NOT NULL,
    completed_on date,
    created_at   timestamptz NOT NULL,
    created_by   uuid NOT NULL REFERENCES actors (id),
    updated_at   timestamptz NOT NULL
);

-- Erasure empties `done_by` and `note`.
CREATE TABLE induction_steps (
    id           uuid PRIMARY KEY,
    induction_id uuid NOT NULL REFERENCES inductions (id),
    position     smallint NOT NULL,
    text         text NOT NULL,
    done_on      date,
    done_by      text,
    note         text,
    recorded_by  uuid REFERENCES actors (id),
    CONSTRAINT induction_steps_order UNIQUE (induction_id, position),
    CONSTRAINT induction_steps_recorded CHECK (done_on IS NULL OR recorded_by IS NOT NULL)
);

GRANT SELECT, INSERT ON support_contacts TO involvement_service;
GRANT SELECT, INSERT, UPDATE ON support_contact_texts, inductions, induction_steps TO involvement_service;
GRANT SELECT ON induction_items TO involvement_service;
