#!/bin/sh
# Legt die Tabellen von Temporal an oder bringt sie auf den Stand dieser Version. Beliebig oft ausführbar.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal_db)
export SQL_PASSWORD

schema() { # Datenbank, Ordner der Schritte
    sql() { temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$1" "$2" "$3" "$4"; }
    sql "$1" setup-schema -v 0.0 || echo "$1: das Grundschema ist wohl schon da (siehe die Meldung darüber)"
    sql "$1" update-schema -d "/etc/temporal/schema/postgresql/v12/$2/versioned"
}
schema temporal temporal
schema temporal_visibility visibility
