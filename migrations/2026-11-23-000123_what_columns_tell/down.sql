DO $$
DECLARE said record;
BEGIN
    FOR said IN SELECT c.table_name, c.column_name FROM information_schema.columns c
            WHERE c.table_schema = 'public' AND col_description(format('%I', c.table_name)::regclass, c.ordinal_position::integer) IS NOT NULL LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I IS NULL', said.table_name, said.column_name);
    END LOOP;
END $$;
