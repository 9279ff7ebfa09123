-- What reports of money go by: the day that a line is for, and the day of payment.
CREATE INDEX claim_lines_by_day ON claim_lines (on_day) WHERE live;
CREATE INDEX payments_by_day_of_payment ON payments (paid_on) WHERE status = 'paid';
