#!/bin/sh
# find_haproxy.sh: print the path of an HAProxy for the test of deploy/. It is $HAPROXY if that is set, or
# else one that is installed, or Debian's package (as root).
set -eu
# Debian keeps it where an ordinary user's PATH does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin

works() {
    "$1" -v >/dev/null 2>&1
}

installed() {
    path=$(command -v haproxy) && works "$path" && echo "$path"
}

if [ -n "${HAPROXY:-}" ]; then
    works "$HAPROXY" && echo "$HAPROXY" && exit 0
    echo "HAPROXY=$HAPROXY does not run: set it to the path of an HAProxy, or unset it." >&2
    exit 1
fi

installed && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's haproxy for the test of two replicas." >&2
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends haproxy >/dev/null || true
    installed && exit 0
fi

echo "The test of two replicas needs HAProxy, and none could be installed: install it (on Debian and Ubuntu:" \
    "sudo apt-get install haproxy; on macOS: brew install haproxy), or set HAPROXY to the path of one." >&2
exit 1
