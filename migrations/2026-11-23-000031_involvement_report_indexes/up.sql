-- What reports of involvement go by: periods of plans and agreements, and the days on which feedback was recorded and people were told.
CREATE INDEX plans_by_period ON plans (period_end, period_start);
CREATE INDEX agreements_by_last_day ON agreements (COALESCE(ended_on, ends_on, 'infinity'::date), starts_on) WHERE status IN ('active', 'paused', 'ended');
CREATE INDEX feedback_by_day ON feedback (created_at);
CREATE INDEX deliveries_by_volunteer_and_day ON deliveries (volunteer_id, created_at);
