-- What lists are asked by and had no index in their order.
CREATE INDEX opportunities_by_kind ON opportunities (kind, id);
