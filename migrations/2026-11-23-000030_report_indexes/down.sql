DROP INDEX payments_by_day_of_payment;
DROP INDEX claim_lines_by_day;
