-- What a schema is, in one word: columns, constraints, indexes, triggers and functions.
SELECT md5(concat(
    (SELECT string_agg(concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default), E'\n'
        ORDER BY table_name, column_name) FROM information_schema.columns WHERE table_schema = 'public'),
    (SELECT string_agg(pg_get_constraintdef(oid), E'\n' ORDER BY conrelid::regclass::text, conname)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
    (SELECT string_agg(indexdef, E'\n' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'),
    (SELECT string_agg(pg_get_triggerdef(oid), E'\n' ORDER BY tgrelid::regclass::text, tgname) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT string_agg(prosrc, E'\n' ORDER BY proname, oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace))) AS text
