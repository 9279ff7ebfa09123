#!/bin/bash
# Makes .env for `docker compose` on your own machine, with passwords and a secret that nobody else has.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -e .env ]]; then
    echo ".env is there already: change it, or move it away" >&2
    exit 1
fi
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# The keys are public, and the container reads them as another user.
mkdir -p keys
umask 077
sed -e "s/^OWNER_PASSWORD=$/OWNER_PASSWORD=$(random)/" \
    -e "s/^SERVICE_PASSWORD=$/SERVICE_PASSWORD=$(random)/" \
    -e "s/^JWT_HS256_SECRET=$/JWT_HS256_SECRET=$(random)/" \
    -e "s/^JWT_HS256_ANYWHERE=$/JWT_HS256_ANYWHERE=true/" .env.example >.env
echo "made .env, for your own machine"
