# shellcheck shell=bash disable=SC2154 # part of tests/breaks, which sets what is used here
# A server whose messages are German, to the service's login, too: nothing may rest on English words.

case_german() {
    local folder=$work/locales code said='' held
    if ! command -v localedef >/dev/null || [[ ! -e /usr/share/i18n/locales/de_DE ]]; then
        echo "left out: it takes Debian's package locales"
        return
    fi
    mkdir -p "$folder"
    localedef -i de_DE -f UTF-8 "$folder/de_DE.UTF-8"
    chmod -R a+rX "$folder"
    stop "$work/data" fast
    LOCPATH=$folder start "$work/data"
    setting "SET lc_messages = 'de_DE.UTF-8'"
    # As if the owner had no right to have the login spoken to in English.
    as_owner 'ALTER ROLE involvement RESET lc_messages'
    said=$(pg "$bindir/psql" -qX -h 127.0.0.1 -p "$port" -U involvement -d involvement -c 'SELECT 1/0' 2>&1 || true)
    if [[ $said != *'Division durch Null'* ]]; then
        echo "left out: PostgreSQL has no German messages here ($said)"
        return
    fi
    terminate
    until_status 201 "$one" post 100 || return
    # A constraint, a reference, a lock that is not given, a cancelled statement, connections that an operator ends, a
    # database that only answers reads: each has its own right answer.
    code=$(post_service "$one" twice)$(post_service "$one" twice)
    said="the same code twice: $code"
    [[ $code == 201409 ]] || { echo "$said"; return 1; }
    code=$(curl -s -m 20 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -d '{"service_id":"01900000-0000-7000-8000-000000000000","title":"P","starts_on":"2026-01-01","ends_on":"2027-01-01"}' \
        "http://127.0.0.1:$one/v1/plans")
    said+="; an unknown service: $code"
    [[ $code == 409 || $code == 422 ]] || { echo "$said"; return 1; }
    pg "$bindir/psql" -qX -h 127.0.0.1 -p "$port" -U owner -d involvement \
        -c 'BEGIN; LOCK TABLE services IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(6); COMMIT' >/dev/null &
    held=$!
    until [[ $(count "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'services'::regclass") == 1 ]]; do
        sleep 0.1
    done
    # New connections have to parse, so their errors have a place in the statement.
    terminate
    code=$(status "$one" post)
    said+="; a locked table: $code"
    [[ $code == 503 ]] || { echo "$said"; return 1; }
    # The next one waits as well, and its statement is cancelled.
    { status "$one" post && echo; } >"$work/cancelled" &
    for _ in {1..20}; do
        as_owner "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'involvement' AND wait_event_type = 'Lock'"
        sleep 0.05
    done
    wait "$held" %%
    code=$(<"$work/cancelled")
    said+="; a cancelled statement: $code"
    [[ $code == 503 ]] || { echo "$said"; return 1; }
    as_owner 'ALTER ROLE involvement SET default_transaction_read_only = on'
    terminate
    code="$(status "$one" post) $(status "$one" get)"
    said+="; a database that only answers reads: $code"
    [[ $code == '503 200' ]] || { echo "$said"; return 1; }
    as_owner 'ALTER ROLE involvement RESET default_transaction_read_only'
    terminate
    until_status 201 "$one" post 100 || return
    stop "$work/data" immediate
    code=$(status "$one" post)
    said+="; PostgreSQL is away: $code"
    [[ $code == 503 ]] || { echo "$said"; return 1; }
    LOCPATH=$folder start "$work/data"
    until_status 201 "$one" post 100 || return
    setting 'RESET lc_messages'
    stop "$work/data" fast
    start "$work/data"
    until_status 201 "$one" post 100 || return
    echo "$said"
}
