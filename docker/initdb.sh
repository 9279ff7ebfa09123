#!/bin/bash
# Run once by the postgres image, when it makes its data directory: the login under which the service works.
# It owns nothing; `involvement migrate` makes it a member of the role involvement_service, and that is all it gets.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --set password="$SERVICE_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE involvement LOGIN PASSWORD :'password';
SQL
