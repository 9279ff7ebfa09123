# shellcheck shell=bash disable=SC2154,SC2317 # part of tests/breaks, which sets what is used here
# A primary whose machine vanishes: three network namespaces with a cable each, one for the service, one for the primary, one
# for a synchronous standby. Every packet of the primary is dropped, so no connection is reset; a second later the standby is
# promoted, as a manager of failovers would.

vanish_in() { local where=$1; shift; ip netns exec "$space-$where" "$@"; }

vanish_cleanup() {
    local where pid
    for where in a b; do
        pg "$bindir/pg_ctl" stop -s -m immediate -D "$work/vanish-$where" >/dev/null 2>&1 || true
    done
    for where in s a b; do
        for pid in $(ip netns pids "$space-$where" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
        ip netns delete "$space-$where" 2>/dev/null || true
    done
}

vanish_network() {
    local where n=2
    for where in s a b; do ip netns add "$space-$where" && vanish_in "$where" ip link set lo up || return; done
    vanish_in s ip link add bridge type bridge || return
    vanish_in s ip address add 10.231.0.1/24 dev bridge && vanish_in s ip link set bridge up || return
    for where in a b; do
        vanish_in s ip link add "to-$where" type veth peer name cable netns "$space-$where" || return
        vanish_in s ip link set "to-$where" master bridge up
        vanish_in "$where" ip address add "10.231.0.$n/24" dev cable
        vanish_in "$where" ip link set cable up
        n=$((n + 1))
    done
}

vanish_server() {
    local where=$1 address=$2
    vanish_in "$where" runuser -u postgres -- "$bindir/pg_ctl" start -s -w -t 30 -D "$work/vanish-$where" \
        -l "$work/vanish-$where.log" -o "-p 5432 -c listen_addresses=$address,127.0.0.1 -c unix_socket_directories=" >/dev/null
}

vanish_sql() {
    local where=$1
    shift
    vanish_in "$where" runuser -u postgres -- "$bindir/psql" -qXAt -h 127.0.0.1 -U owner -d involvement "$@"
}

# Writes one after another until the file `over` is there: of each its code, its status, and how long it took.
vanish_writer() {
    local n=0 code began
    while [[ ! -e $work/over ]]; do
        n=$((n + 1))
        began=$(ms)
        code=$(vanish_in s curl -s -m 30 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" \
            -H 'Content-Type: application/json' -d "$(service_body "w$1-$n")" http://127.0.0.1:8080/v1/services || true)
        echo "w$1-$n $code $(($(ms) - began)) $began"
    done >"$work/written-$1"
}

vanish_play() {
    local hosts='10.231.0.2:5432,10.231.0.3:5432/involvement?target_session_attrs=read-write&sslmode=disable'
    local n began recovered='' writers=() missing=0 longest codes stored total
    vanish_network || { echo "no network namespaces here"; return 1; }
    pg "$bindir/initdb" --no-sync -A trust -U owner -D "$work/vanish-a" >/dev/null
    printf 'host %s all 10.231.0.0/24 trust\n' all replication >>"$work/vanish-a/pg_hba.conf"
    vanish_server a 10.231.0.2
    vanish_in a runuser -u postgres -- "$bindir/psql" -qX -h 127.0.0.1 -U owner -d postgres \
        -c 'CREATE ROLE involvement LOGIN' -c 'CREATE DATABASE involvement'
    vanish_in s env DATABASE_URL="postgresql://involvement@$hosts" DATABASE_OWNER_URL="postgresql://owner@$hosts" \
        "$binary" migrate >/dev/null
    vanish_in b runuser -u postgres -- "$bindir/pg_basebackup" -R -c fast \
        -d 'host=10.231.0.2 user=owner application_name=second' -D "$work/vanish-b"
    vanish_server b 10.231.0.3
    vanish_sql a -c "ALTER SYSTEM SET synchronous_standby_names = 'second'" -c 'SELECT pg_reload_conf()' >/dev/null
    vanish_in s env DATABASE_URL="postgresql://involvement@$hosts" BIND=127.0.0.1:8080 POOL_SIZE=8 \
        RECEIPTS_URL="file://$work/vanish-receipts" "$binary" serve >"$work/vanish-service.log" 2>&1 &
    for _ in {1..200}; do
        [[ $(vanish_in s curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/health/ready) != 200 ]] || break
        sleep 0.1
    done
    for n in 1 2 3 4 5 6; do
        vanish_writer "$n" &
        writers+=($!)
    done
    sleep 4
    began=$(ms)
    vanish_in a iptables -A INPUT -i cable -j DROP
    vanish_in a iptables -A OUTPUT -o cable -j DROP
    sleep 1
    vanish_in b runuser -u postgres -- "$bindir/pg_ctl" promote -s -w -D "$work/vanish-b"
    vanish_sql b -c 'ALTER SYSTEM RESET synchronous_standby_names' -c 'SELECT pg_reload_conf()' >/dev/null
    sleep 25
    touch "$work/over"
    wait "${writers[@]}"
    rm "$work/over"
    # The first write that began after the primary was gone and was acknowledged.
    recovered=$(awk -v began="$began" '$2 == 201 && $4 > began { print $4 + $3 - began }' "$work"/written-* | sort -n | head -n 1)
    longest=$(sort -k3 -n "$work"/written-* | tail -n 1 | cut -d' ' -f3)
    codes=$(cut -d' ' -f2 "$work"/written-* | sort | uniq -c | xargs)
    vanish_sql b -c "SELECT code FROM services" | sort >"$work/stored"
    awk '$2 == 201 { print $1 }' "$work"/written-* | sort >"$work/acknowledged"
    missing=$(comm -13 "$work/stored" "$work/acknowledged" | wc -l)
    total=$(wc -l <"$work/acknowledged")
    stored=$(wc -l <"$work/stored")
    echo "writes ($codes): the longest took $longest ms; acknowledged again $recovered ms after the primary vanished;" \
        "$missing of $total acknowledged ones are missing ($stored stored)"
    [[ -n $recovered && $recovered -lt 15000 && $longest -lt 16000 && $missing -eq 0 && ! $codes =~ [0-9]+\ (500|000) ]]
}

case_vanish() {
    if [[ $EUID -ne 0 ]] || ! command -v ip >/dev/null || ! command -v iptables >/dev/null; then
        echo "left out: it takes root, and Debian's packages iproute2 and iptables"
        return
    fi
    space=inv$RANDOM
    local outcome=0
    vanish_play || outcome=$?
    vanish_cleanup
    return "$outcome"
}
