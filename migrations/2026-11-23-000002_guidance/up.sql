-- The advice on involving people, point by point, as the leads keep it. The ten points stand for ever; their words don't.
CREATE TABLE guidance_points (
    number      smallint PRIMARY KEY CHECK (number BETWEEN 1 AND 10),
    version     integer NOT NULL DEFAULT 1 CHECK (version > 0),
    title       text NOT NULL,
    text        text NOT NULL,
    contact     jsonb,
    links       jsonb NOT NULL DEFAULT '[]',
    updated_at  timestamptz NOT NULL DEFAULT now()
);

INSERT INTO guidance_points (number, title, text) VALUES
(1, 'Know the types of involvement', 'People can be told, asked, worked with, or share the decision. Co-production is when everyone whom a service concerns is part of its decisions. Say which type you mean before you begin, and why, so that nobody expects another.'),
(2, 'Relationships come first', 'Name one person whom people can turn to, and another for when that person is away. Plan support and supervision as you would for a new colleague: practical, emotional, and on the job.'),
(3, 'Ask why you involve people', 'Use the 4Pi standards: principles, purpose, presence, process and impact. It is fine not to be sure at the beginning. Involve people early, while the plan can still change.'),
(4, 'Choose the activity that fits', 'A forum, a focus group, a leaflet, a meeting: each suits another purpose. People who have used that very service have the most to say, and being involved can help their own wellbeing.'),
(5, 'Prepare interview panels', 'Ask people with experience of your service to sit on interview panels, and see that they are trained for it. Agree how their scores count before the day.'),
(6, 'Be clear about reimbursement', 'Say at the beginning what is paid back: travel, or travel and time, or nothing. There is a policy and a claim form; nobody should be out of pocket, or surprised.'),
(7, 'Be clear what you need', 'Say what experience and skills you look for, how much time it takes and for how long, whether one person or more, and which checks are needed before anybody starts.'),
(8, 'Make an agreement', 'Write down what is expected, what support there is and what is paid, and let both sides agree to it. For something that happens once, a short form is enough.'),
(9, 'Advertise where the right people are', 'Waiting rooms, appointment letters and the involvement page reach people who use the service. Partner organisations reach others; some suit some services only.'),
(10, 'Tell people what changed', 'Ask people how they want to be kept up to date, and then do it. You said, we did; and where we did not, because. Tell those who said it first.');

GRANT SELECT, UPDATE ON guidance_points TO involvement_service;
REVOKE INSERT ON guidance_points FROM involvement_service;
