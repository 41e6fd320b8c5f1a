#!/bin/sh
# Namensraum und Suchfelder. Beliebig oft ausführbar. Die Aufbewahrung von 100 Jahren ist Absicht: mit der üblichen
# löscht Temporal frühere Läufe von Vorgängen, die noch offen sind.
set -eu

geduldig() { # ein neuer Namensraum ist erst nach einigen Sekunden überall bekannt
    versuch=1
    until "$@"; do
        [ "$versuch" -ge 60 ] && return 1
        versuch=$((versuch + 1))
        sleep 1
    done
}

temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 876000h
geduldig temporal operator namespace update -n "$TEMPORAL_NAMESPACE" --retention 876000h

for feld in LaufmappeKommune LaufmappeStufe; do
    temporal operator search-attribute list -n "$TEMPORAL_NAMESPACE" | grep -qw "$feld" ||
        temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$feld" --type Keyword
done
