-- The work list of one way of telling people: letters to post, people to ring.
CREATE INDEX deliveries_by_channel ON deliveries (channel, id);
-- What a mail server is to send, among the many that people do.
CREATE INDEX deliveries_automatic ON deliveries (id) WHERE automatic;
