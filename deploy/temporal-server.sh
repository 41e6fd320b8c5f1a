#!/bin/sh
# Der Server nimmt sein Passwort nur aus der Umgebung; hier kommt es aus der Datei dorthin.
set -eu
POSTGRES_PWD=$(cat /run/secrets/temporal_db)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
