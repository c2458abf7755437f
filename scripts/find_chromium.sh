#!/bin/sh
# find_chromium.sh PYTHON: print the path of a Chromium for the tests. It is $CHROMIUM if that is set, or
# else one that is installed, or Debian's package (as root), or the one that PYTHON's Playwright brings.
set -eu
python=$1

# Running it is the test: Ubuntu's chromium-browser, for one, may be a script that only names a snap.
works() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1
}

installed() {
    for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge msedge \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"; do
        path=$(command -v "$name") && works "$path" && echo "$path" && return 0
    done
    return 1
}

playwrights_own() {
    path=$("$python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)') && works "$path" && echo "$path"
}

if [ -n "${CHROMIUM:-}" ]; then
    works "$CHROMIUM" && echo "$CHROMIUM" && exit 0
    echo "CHROMIUM=$CHROMIUM does not run: set it to the path of a Chromium, Chrome or Edge, or unset it." >&2
    exit 1
fi

installed && exit 0
playwrights_own && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's chromium for the browser tests." >&2
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null || true
    installed && exit 0
fi

echo "Installing Playwright's chromium for the browser tests." >&2
"$python" -m playwright install chromium >&2 || true
playwrights_own && exit 0

echo "The browser tests need a Chromium, and none could be installed: install Chromium, Google Chrome or" \
    "Microsoft Edge (on Debian: sudo apt-get install chromium), or set CHROMIUM to the path of one." >&2
exit 1
