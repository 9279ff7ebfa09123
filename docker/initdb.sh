#!/bin/bash
# Run once by the postgres image, when it creates its data directory: creates the service's login.
# The login owns nothing. `involvement migrate` makes it a member of the role involvement_service, its only right.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE involvement LOGIN PASSWORD :'password';
SQL
