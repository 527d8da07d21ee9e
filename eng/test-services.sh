#!/usr/bin/env bash
# Installs what tests use beside .NET: Debian's Chromium, with which those of the studio look at its pages. Does nothing where it is there,
# and where it cannot be had says so in a sentence; those tests are skipped then.
set -uo pipefail

for browser in "${AMEND_BROWSER:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$browser" ] && [ -x "$browser" ] && exit 0
done

refuse() {
    echo "There is no Chromium and $1; the tests of the studio's pages are skipped. Install it, or set AMEND_BROWSER to one." >&2
    exit 0
}

command -v apt-get >/dev/null || refuse 'no apt-get to install it with'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || refuse 'no right to install it'
    as_root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >/dev/null 2>&1
"${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 || refuse 'apt-get could not install it'
