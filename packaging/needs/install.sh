#!/bin/sh
# Installs what is missing and nothing else: install.sh SET… with sets build, run, test.
#
# `--list` only prints the packages that are missing. The lists stand beside this file, one
# package a line. Without root rights `sudo` is used. Services that a package would start stay
# off: the tests start their own, on free ports of this machine.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# There is a command of that name, or a file that matches that pattern.
there() {
  case $1 in
    /*) for file in $1; do [ -e "$file" ] && return 0; done; return 1 ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# One of the proofs `a|b` holds; `a+b` asks for both.
proven() {
  for proof in $(printf '%s' "$1" | tr '|' ' '); do
    whole=yes
    for part in $(printf '%s' "$proof" | tr '+' ' '); do there "$part" || whole=no; done
    [ $whole = yes ] && return 0
  done
  return 1
}

installed() {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# The packages of the sets that are missing, `a|b` still undecided.
missing() {
  for set in "$@"; do
    while read -r package proof rest; do
      case $package in '' | '#'*) continue ;; esac
      if [ -n "$proof" ] && proven "$proof"; then continue; fi
      present=no
      for name in $(printf '%s' "$package" | tr '|' ' '); do
        if [ -z "$proof" ] && installed "$name"; then present=yes; fi
      done
      [ $present = yes ] || printf '%s\n' "$package"
    done <"$here/$set.txt"
  done
}

# The first of `a|b` that this system can install.
offered() {
  for name in $(printf '%s' "$1" | tr '|' ' '); do
    if apt-cache policy "$name" 2>/dev/null | grep -q 'Candidate: [^(]'; then
      printf '%s\n' "$name"
      return 0
    fi
  done
  printf '%s\n' "${1%%|*}"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

list_only=no
if [ "${1:-}" = --list ]; then list_only=yes; shift; fi

for set in "$@"; do
  [ -r "$here/$set.txt" ] || { echo "install.sh: no set \`$set\`" >&2; exit 2; }
done

wanted=$(missing "$@" | sort -u)
if [ $list_only = yes ]; then
  [ -z "$wanted" ] || printf '%s\n' "$wanted"
  exit 0
fi
if [ -z "$wanted" ]; then
  echo "Packages ($*): everything is there."
  exit 0
fi

echo "Packages ($*): will install" $wanted
if ! command -v apt-get >/dev/null 2>&1; then
  echo "This system has no apt-get: install the same things with its own tool, then try again." >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
  echo "Neither root nor sudo. As root: apt-get install --no-install-recommends" $wanted >&2
  exit 1
fi

# Debian asks this file before it starts a service; 101 means: leave it off.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'as_root rm -f $policy' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
fi

as_root apt-get update -q
chosen=$(for package in $wanted; do offered "$package"; done)
as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends $chosen
