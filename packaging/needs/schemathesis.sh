#!/bin/sh
# schemathesis.sh DIR: the program that tries our OpenAPI document out, from PyPI, into DIR.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
wanted=$(sed -n 's/^schemathesis==//p' "$here/schemathesis.txt")

if [ "$("$1/bin/schemathesis" --version 2>/dev/null | sed 's/.* //')" = "$wanted" ]; then
  exit 0
fi
echo "Installing schemathesis $wanted for the tests only."
"$here/install.sh" venv
python3 -m venv "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check -r "$here/schemathesis.txt"
