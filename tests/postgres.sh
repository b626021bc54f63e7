#!/bin/sh
# postgres.sh COMMAND…: runs a command beside a PostgreSQL of its own, named in TEST_POSTGRES.
#
# The cluster listens on a free port of 127.0.0.1, lives in a temporary folder and is gone when
# the command ends. initdb insists on a user other than root, so root lends it to `postgres`.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || { echo "postgres.sh: no PostgreSQL server here: make needs" >&2; exit 1; }

home=$(mktemp -d "${TMPDIR:-/tmp}/aiguillage-postgres.XXXXXX")
data=$home/data

as_owner() {
  if [ "$(id -u)" -eq 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

stop() {
  as_owner "$bin/pg_ctl" -D "$data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

random() { od -An -v -t x1 -N "$1" /dev/urandom | tr -d ' \n'; }

[ "$(id -u)" -ne 0 ] || chown -R postgres "$home"
# Loopback only, gone in minutes: password hashing would cost more time than the tests.
as_owner "$bin/initdb" -D "$data" -U postgres -E UTF8 --locale=C.UTF-8 --no-sync \
  --auth=trust >"$home/initdb.log" || {
  cat "$home/initdb.log" >&2
  exit 1
}

# Another program may take the port first: then the next one is tried.
start() {
  as_owner "$bin/pg_ctl" -D "$data" -s -w -l "$data/server.log" -o "-p $1 \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start 2>/dev/null
}
port=
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  try=$((20000 + 0x$(random 2) % 12000))
  if start $try; then port=$try; break; fi
done
[ -n "$port" ] || { cat "$data/server.log" >&2; exit 1; }

TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
export TEST_POSTGRES
"$@"
