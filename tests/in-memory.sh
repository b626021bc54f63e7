#!/bin/sh
# in-memory.sh COMMAND…: runs a command with a temporary folder of its own, in memory when there is
# room. Tests make hundreds of databases that live for an instant: a disk is slow at that.
set -eu

wanted_mib=4000

# Programs are started from there too.
is_suitable() {
  free=$(df -m "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ "${free:-0}" -ge $wanted_mib ] || return 1
  probe=$(mktemp "$1/aiguillage-probe.XXXXXX" 2>/dev/null) || return 1
  printf '#!/bin/sh\n' >"$probe" && chmod 700 "$probe"
  if "$probe" 2>/dev/null; then works=0; else works=1; fi
  rm -f "$probe"
  return $works
}

place=${TMPDIR:-/tmp}
is_suitable /dev/shm && place=/dev/shm
TMPDIR=$(mktemp -d "$place/aiguillage-tests.XXXXXX")
export TMPDIR
# Servers that run as somebody else have folders in it.
chmod 711 "$TMPDIR"
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 130' INT TERM
"$@"
