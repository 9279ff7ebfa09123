# shellcheck shell=bash disable=SC2154,SC2016 # part of tests/breaks, which sets what is used here
# The image's own stages: the Dockerfile as it is, built by buildah without a daemon (`--isolation chroot`), on a minimal Debian
# instead of the two images of a registry that it names; then the result is started with demonstration data, as its own
# user. IMAGE_ENV says what else the build gets, such as CARGO_PROFILE_RELEASE_LTO=off where minutes count.

image_tool() {
    buildah --root "$work/images" --runroot "$work/images-run" --storage-driver "${IMAGE_STORAGE:-overlay}" "$@"
}

# A base image under a name of the Dockerfile, from a folder.
image_base() {
    local name=$1 container
    shift
    container=$(image_tool from scratch) &&
        image_tool copy -q "$container" "$work/image-base" / >/dev/null &&
        "$@" "$container" &&
        image_tool commit -q "$container" "$name" >/dev/null &&
        image_tool rm "$container" >/dev/null
}

image_with_rust() {
    image_tool run --isolation chroot "$1" -- sh -c 'apt-get update -qq && apt-get install --yes -qq \
        --no-install-recommends gcc libc6-dev pkg-config ca-certificates' >>"$work/image.log" 2>&1 &&
        image_tool copy -q "$1" "$(rustc --print sysroot)" /usr/local/rust >/dev/null &&
        image_tool config --env PATH=/usr/local/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            --env CARGO_HOME=/usr/local/cargo "$1"
}

image_without() { :; }

# Ends a process and all that it started, those that it started last first: a container's own program outlives the others.
ended_with_its_own() {
    local child
    for child in $(ps -o pid= --ppid "$1"); do ended_with_its_own "$child"; done
    kill -TERM "$1" 2>/dev/null || true
}

image_cleanup() {
    [[ -z ${image_pid:-} ]] || ended_with_its_own "$image_pid"
    [[ -z ${image_pid:-} ]] || wait "$image_pid" || true
    image_tool rm --all >/dev/null 2>&1 || true
    image_tool rmi --all --force >/dev/null 2>&1 || true
    rm -rf "$work/images" "$work/images-run" "$work/image-base" "$work/image-context"
}

image_play() {
    local names began built ready="http://127.0.0.1:$((port + 8))/health/ready" container options=() one started user
    mapfile -t names < <(sed -n 's/^FROM \([^ ]*\).*/\1/p' Dockerfile)
    debian_base "$work/image-base" || { tail -n 3 "$work/image-base.log"; return 1; }
    image_base "${names[0]}" image_with_rust || { tail -n 5 "$work/image.log"; return 1; }
    image_base "${names[1]}" image_without || return
    for one in ${IMAGE_ENV:-}; do options+=(--env "$one"); done
    began=$(ms)
    mkdir "$work/image-context"
    git ls-files -z | xargs -0 -I{} sh -c '[ ! -e "$1" ] || cp --parents -a "$1" "$2"' _ {} "$work/image-context"
    timeout "${IMAGE_SECONDS:-3600}" buildah --root "$work/images" --runroot "$work/images-run" \
        --storage-driver "${IMAGE_STORAGE:-overlay}" bud --isolation chroot --pull-never "${options[@]}" -t involvement:breaks \
        "$work/image-context" >>"$work/image.log" 2>&1 || { tail -n 8 "$work/image.log"; return 1; }
    built=$((($(ms) - began) / 1000))
    container=$(image_tool from --pull-never involvement:breaks)
    user=$(image_tool inspect --format '{{.OCIv1.Config.User}}' "$container")
    pg "$bindir/psql" -qX -h 127.0.0.1 -p "$port" -U owner -d postgres -c 'CREATE DATABASE image' >/dev/null
    began=$(ms)
    image_tool run --isolation chroot --env BIND=127.0.0.1:$((port + 8)) --env JWT_HS256_SECRET="$JWT_HS256_SECRET" \
        --env DATABASE_URL="postgresql://involvement@127.0.0.1:$port/image" \
        --env DATABASE_OWNER_URL="postgresql://owner@127.0.0.1:$port/image" "$container" -- involvement demo \
        >"$work/image-run.log" 2>&1 &
    image_pid=$!
    until [[ $(curl -s -m 5 -o /dev/null -w '%{http_code}' "$ready") == 200 ]]; do
        if ! kill -0 "$image_pid" 2>/dev/null || [[ $(($(ms) - began)) -gt 300000 ]]; then
            tail -n 5 "$work/image-run.log"
            return 1
        fi
        sleep 0.5
    done
    started=$((($(ms) - began) / 1000))
    echo "${#names[@]} stages built in $built s; as user $user the demonstration is ready after $started s"
    [[ $user == 10001:10001 ]]
}

case_image() {
    if [[ $EUID -ne 0 ]] || ! command -v debootstrap buildah rustc >/dev/null; then
        echo "left out: it takes root, Rust, and Debian's packages debootstrap and buildah"
        return
    fi
    local outcome=0
    image_play || outcome=$?
    image_cleanup
    return "$outcome"
}
