# Sourced: starts a throw-away PostgreSQL on loopback and exports LAUFMAPPE_TEST_PG; says so where that is not possible.
# Nothing of it survives the calling script.

pg_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

pg_install() {
    [ -n "$(pg_bin)" ] && return 0
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null
}

pg_as() { # PostgreSQL refuses to run as root
    if [ "$(id -u)" = 0 ]; then su postgres -s /bin/bash -c "$1"; else bash -c "$1"; fi
}

pg_start() {
    pg_install || { echo "PostgreSQL ist nicht zur Hand; die Tests dafür werden übersprungen."; return 0; }
    local bin port
    bin=$(pg_bin)
    PG_DIR=$(mktemp -d)
    [ "$(id -u)" = 0 ] && chown postgres "$PG_DIR"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    pg_as "$bin/initdb -D $PG_DIR/daten -U postgres --auth=trust --encoding=UTF8 >/dev/null"
    pg_as "$bin/pg_ctl -D $PG_DIR/daten -w -l $PG_DIR/log -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$PG_DIR' start >/dev/null"
    export LAUFMAPPE_TEST_PG="postgresql://postgres@127.0.0.1:$port/postgres"
}

pg_stop() {
    [ -n "${PG_DIR:-}" ] || return 0
    pg_as "$(pg_bin)/pg_ctl -D $PG_DIR/daten -m immediate stop >/dev/null" || true
    rm -rf "$PG_DIR"
}
