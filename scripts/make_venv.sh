#!/bin/sh
# make_venv.sh DIRECTORY: make a virtual environment with $PYTHON, or else with the first Python of at
# least 3.11 that can. As root on Debian, a missing venv module is installed.
set -eu
directory=$1

suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

make_venv() {
    found= reason=
    for python in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14 python}; do
        suits "$python" || continue
        found=$python
        if reason=$("$python" -m venv --clear "$directory" 2>&1); then
            echo "Virtual environment: $directory, $("$directory/bin/python" --version)"
            return 0
        fi
        rm -rf "$directory" # a half-made environment would pass for a whole one
    done
    return 1
}

trap 'rm -rf "$directory"; exit 130' INT TERM
make_venv && exit 0

if [ -z "$found" ]; then
    echo "Python 3.11 or newer is needed${PYTHON:+, and PYTHON=$PYTHON is not}:" \
        "install it from https://www.python.org/downloads/ or with your package manager." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's python3-venv." >&2
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends python3-venv >/dev/null || true
    make_venv && exit 0
fi
echo "$reason" >&2
echo "$found could not make a virtual environment:" \
    "install its venv module (on Debian and Ubuntu: sudo apt-get install python3-venv)." >&2
exit 1
