#!/bin/sh
# Legt einmalig zufällige Passwörter in ./secrets ab. Vorhandene bleiben, wie sie sind.
# Die Dateien sind lesbar, weil die Container unter anderen Benutzern laufen; der Ordner ist es nur für den Eigentümer.
set -eu
cd "$(dirname "$0")/.."
mkdir -p secrets
chmod 700 secrets

anlegen() {
    [ -s "secrets/$1" ] && return 0
    rm -f "secrets/$1"
    printf '%s' "$2" >"secrets/$1"
    chmod 444 "secrets/$1"
    echo "secrets/$1 angelegt"
}
zufall() { od -An -N"${1:-24}" -tx1 /dev/urandom | tr -d ' \n'; }

anlegen postgres "$(zufall)"
anlegen temporal_db "$(zufall)"
anlegen register_db "$(zufall)"
anlegen hauptschluessel "$(zufall 32)"
anlegen register_url "postgresql://laufmappe:$(cat secrets/register_db)@postgres:5432/laufmappe"
