DROP INDEX deliveries_automatic;
DROP INDEX deliveries_by_channel;
