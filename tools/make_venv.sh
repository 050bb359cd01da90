#!/bin/sh
# Make a virtual environment with a suitable Python, or say what is missing.
# usage: make_venv.sh FOLDER [PYTHON]
set -eu
folder=$1
wanted=${2:-}

suitable() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

fail() {
    printf '\nhewer: %s\n' "$1" >&2
    exit 1
}

python=
if [ -n "$wanted" ]; then
    suitable "$wanted" || fail "PYTHON=$wanted is not a Python from 3.11 to 3.14."
    python=$wanted
else
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if suitable "$name"; then
            python=$name
            break
        fi
    done
fi
[ -n "$python" ] || fail "no Python from 3.11 to 3.14 was found.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  Fedora:          sudo dnf install python3
  macOS:           brew install python@3.13
or name one:       make PYTHON=/path/to/python3 ..."

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
printf 'hewer: making %s with Python %s\n' "$folder" "$version"
if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    "$python" -m venv "$folder" || fail "making the virtual environment failed; the message is above."
elif "$python" -c 'import virtualenv' 2>/dev/null; then
    "$python" -m virtualenv -q "$folder" || fail "making the virtual environment failed; the message is above."
else
    fail "this Python $version cannot make virtual environments (ensurepip is missing).
  Debian, Ubuntu:  sudo apt-get install python3-venv    (or python$version-venv)
or name another:   make PYTHON=/path/to/python3 ..."
fi
