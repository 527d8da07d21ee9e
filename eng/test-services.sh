#!/usr/bin/env bash
# Installs what tests use beside .NET: Debian's Chromium, with which those of the studio look at its pages, and PostgreSQL, of which those of
# the cluster start one of their own. Does nothing for what is there, and where something cannot be had says so in a sentence; the tests that
# need it are skipped then.
set -uo pipefail

has_browser() {
    local browser
    for browser in "${AMEND_BROWSER:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
        [ -n "$browser" ] && [ -x "$browser" ] && return 0
    done
    return 1
}

has_database() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$program" ] && return 0
    done
    return 1
}

missing=()
has_browser || missing+=(chromium)
has_database || missing+=(postgresql)
[ "${#missing[@]}" -gt 0 ] || exit 0

refuse() {
    echo "${missing[*]} cannot be had: $1; the tests that need it are skipped." >&2
    exit 0
}

command -v apt-get >/dev/null || refuse 'there is no apt-get to install it with'
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || refuse 'there is no right to install it'
    as_root=(sudo -n)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >/dev/null 2>&1
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || refuse 'apt-get could not install it'
