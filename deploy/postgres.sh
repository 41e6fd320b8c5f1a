#!/bin/bash
# Beim ersten Start von PostgreSQL: je eine Rolle und eigene Datenbanken für Temporal und für das Register.
set -euo pipefail

psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v temporal="$(cat /run/secrets/temporal_db)" -v register="$(cat /run/secrets/register_db)" <<'SQL'
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE ROLE laufmappe LOGIN PASSWORD :'register';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE DATABASE laufmappe OWNER laufmappe;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility, laufmappe FROM PUBLIC;
SQL
