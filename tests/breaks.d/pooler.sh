# shellcheck shell=bash disable=SC2154,SC2004 # part of tests/breaks, which sets what is used here
# PgBouncer in session mode, which is fine, and in transaction mode, which must not be taken for fine.

case_pooler() {
    local mode code pid=
    if ! command -v pgbouncer >/dev/null; then
        echo "left out: there is no pgbouncer"
        return
    fi
    local pooled=$((port + 5)) behind=$((port + 6)) said=''
    for mode in session transaction; do
        printf '%s\n' '[databases]' "involvement = host=127.0.0.1 port=$port" '[pgbouncer]' 'listen_addr = 127.0.0.1' \
            "listen_port = $pooled" 'auth_type = any' 'unix_socket_dir =' "pool_mode = $mode" 'default_pool_size = 20' \
            "logfile = $work/pgbouncer.log" 'user = postgres' >"$work/pgbouncer.ini"
        sed -i 's/^involvement = .*/& user=involvement/' "$work/pgbouncer.ini"
        [[ $EUID -eq 0 ]] || sed -i '/^user = /d' "$work/pgbouncer.ini"
        pgbouncer -q "$work/pgbouncer.ini" >/dev/null 2>&1 &
        pid=$!
        services[$pooled]=$pid
        DATABASE_URL=postgresql://involvement@127.0.0.1:$pooled/involvement BIND=127.0.0.1:$behind STOP_DELAY=0 \
            RECEIPTS_URL=file://$work/receipts POOL_SIZE=8 "$binary" serve >"$work/service-$behind.log" 2>&1 &
        services[$behind]=$!
        sleep 2
        code=$(status "$behind" ready)
        said+="$mode: $code "
        kill -TERM "${services[$behind]}" "$pid"
        wait "${services[$behind]}" "$pid" || true
    done
    echo "ready behind PgBouncer, in mode $said"
    [[ $said == 'session: 200 transaction: 503 ' ]]
}
