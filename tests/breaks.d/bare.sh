# shellcheck shell=bash disable=SC2154,SC2016 # part of tests/breaks, which sets what is used here
# A bare machine: a minimal Debian in a chroot with what the README asks for and nothing else. The two commands of the README:
# `cargo run -- demo` builds the service there and starts it, `cargo test` passes. Rust comes from this machine, because it does not come from Debian; crates come from where
# Cargo finds them, those that this machine has at first. BARE_BASE names a folder with a minimal Debian to copy instead of
# making one.

debian_site() {
    apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1
}

# A minimal Debian in a folder, with the certificates and names of this machine.
debian_base() {
    local folder=$1 name=${2:-bookworm}
    if [[ -n ${BARE_BASE:-} ]]; then
        cp -a "$BARE_BASE" "$folder"
    else
        debootstrap --variant=minbase "$name" "$folder" "$(debian_site)" >"$folder.log" 2>&1 || return
    fi
    cp /etc/resolv.conf "$folder/etc/resolv.conf"
    mkdir -p "$folder/etc/ssl/certs" "$folder/usr/local/share/ca-certificates"
    cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt" 2>/dev/null || true
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp -L {} "$folder/usr/local/share/ca-certificates/" \; 2>/dev/null || true
}

bare_cleanup() {
    local at
    [[ -z ${bare_pid:-} ]] || kill -TERM "$bare_pid" 2>/dev/null || true
    [[ -z ${bare_pid:-} ]] || wait "$bare_pid" || true
    for at in dev/shm dev proc opt/rust; do
        mountpoint -q "$work/bare/$at" && umount -l "$work/bare/$at"
    done
    rm -rf "$work/bare"
}

bare_play() {
    local root=$work/bare began built ready="http://127.0.0.1:$((port + 9))/health/ready" cargo=/opt/rust/bin/cargo file
    local most=${BARE_SECONDS:-1800}
    began=$(ms)
    debian_base "$root" || { tail -n 3 "$root.log"; return 1; }
    mkdir -p "$root/opt/rust" "$root/src" "$root/root/.cargo"
    mount --bind "$(rustc --print sysroot)" "$root/opt/rust" && mount -o remount,bind,ro "$root/opt/rust" || return
    mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || return
    chroot "$root" sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq \
        --no-install-recommends gcc libc6-dev postgresql ca-certificates' >"$root.log" 2>&1 || { tail -n 3 "$root.log"; return 1; }
    [[ ! -d ${CARGO_HOME:-$HOME/.cargo}/registry ]] || cp -a "${CARGO_HOME:-$HOME/.cargo}/registry" "$root/root/.cargo/"
    git ls-files -z | while IFS= read -r -d '' file; do
        [[ ! -e $file ]] || { mkdir -p "$root/src/$(dirname "$file")" && cp -a "$file" "$root/src/$file"; }
    done
    echo "prepared after $((($(ms) - began) / 1000)) s" >"$work/bare-said"
    began=$(ms)
    chroot "$root" env -i HOME=/root PATH=/opt/rust/bin:/usr/bin:/bin CARGO_TERM_COLOR=never BIND=127.0.0.1:$((port + 9)) \
        sh -c "cd /src && exec timeout $most $cargo run --locked -- demo" >"$root.log" 2>&1 &
    bare_pid=$!
    until [[ $(curl -s -m 5 -o /dev/null -w '%{http_code}' "$ready") == 200 ]]; do
        if ! kill -0 "$bare_pid" 2>/dev/null; then
            tail -n 5 "$root.log"
            return 1
        fi
        sleep 1
    done
    built=$((($(ms) - began) / 1000))
    echo "$(<"$work/bare-said"); with gcc, libc6-dev and postgresql alone \`cargo run -- demo\` was ready after $built s;" \
        "$(chroot "$root" dpkg-query -W | wc -l) Debian packages"
    kill -TERM "$bare_pid"
    wait "$bare_pid" || true
    bare_pid=
    began=$(ms)
    chroot "$root" env -i HOME=/root PATH=/opt/rust/bin:/usr/bin:/bin CARGO_TERM_COLOR=never \
        sh -c "cd /src && exec timeout $((2 * most)) $cargo test --locked" >"$root.log" 2>&1 ||
        { grep -E '^test .*FAILED|^test result' "$root.log" | tail -n 20; tail -n 5 "$root.log"; return 1; }
    echo "\`cargo test\` there: $(grep -c '^test .* ok$' "$root.log") passed after $((($(ms) - began) / 1000)) s"
}

case_bare() {
    if [[ $EUID -ne 0 ]] || ! command -v debootstrap rustc >/dev/null; then
        echo "left out: it takes root, Rust, and Debian's package debootstrap"
        return
    fi
    local outcome=0
    bare_play || outcome=$?
    bare_cleanup
    return "$outcome"
}
