#!/bin/sh
# Stops with a sentence when Rust is missing: it is the one thing that is not installed for you.
set -eu
if ! command -v cargo >/dev/null 2>&1; then
  echo "Rust is missing. Install it from https://rustup.rs (Debian's own is too old), then try again." >&2
  exit 1
fi
