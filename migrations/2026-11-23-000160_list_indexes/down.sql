DROP INDEX opportunities_by_kind;
