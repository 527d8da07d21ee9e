#!/usr/bin/env bash
# Writes what the libraries offer in public into src/*/PublicAPI.Unshipped.txt; the build refuses code that differs from them.
# Look at what git shows: a line that is gone breaks programs that use it.
#
#   eng/public-api.sh           what is not in PublicAPI.Shipped.txt, from the code alone: right after any merge
#   eng/public-api.sh --ship    with a release: what is unshipped moves to PublicAPI.Shipped.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export LC_ALL=C

header='#nullable enable'
libraries=$(grep -LE '<OutputType>Exe<|Sdk="Microsoft.NET.Sdk.Razor"' src/*/*.csproj | xargs -n 1 dirname)
built=$PWD/artifacts/public-api

# Replaces a file ($1) with the header and the lines that come in.
write() {
    { echo "$header"; sort -u; } >"$1.new"
    mv "$1.new" "$1"
}

# The names that the compiler's log of a project ($1) has under a rule ($2), a line each.
named_under() {
    awk -v rule="\"$2\"" '
        /"ruleId":/ { listed = index($0, rule) > 0 }
        listed && sub(/^ *"APIName": "/, "") { sub(/",?$/, ""); gsub(/\\"/, "\""); gsub(/\\\\/, "\\"); print }' "$1"
}

if [ "${1:-}" = --ship ]; then
    for library in $libraries; do
        awk -v header="$header" '
            $0 == header { next }
            sub(/^\*REMOVED\*/, "") { gone[$0]; next }
            { lines[++count] = $0 }
            END { for (i = 1; i <= count; i++) if (!(lines[i] in gone)) print lines[i] }' \
            "$library"/PublicAPI.Unshipped.txt "$library"/PublicAPI.Shipped.txt | write "$library/PublicAPI.Shipped.txt"
        write "$library/PublicAPI.Unshipped.txt" </dev/null
    done
    exit
fi

for library in $libraries; do
    [ -f "$library/PublicAPI.Shipped.txt" ] || write "$library/PublicAPI.Shipped.txt" </dev/null
done
rm -rf "$built"
mkdir -p "$built"
write "$built/PublicAPI.Unshipped.txt" </dev/null
dotnet build eng/packages.proj --configuration Release --verbosity quiet -consoleLoggerParameters:ErrorsOnly \
    -p:ArtifactsPath="$built" -p:PublicApiLogs="$built" -p:EnableNETAnalyzers=false -p:EnforceCodeStyleInBuild=false
for library in $libraries; do
    log=$built/$(basename "$library").sarif
    { named_under "$log" RS0016; named_under "$log" RS0017 | sed 's/^/*REMOVED*/'; } | write "$library/PublicAPI.Unshipped.txt"
done
rm -rf "$built"
git status --short -- 'src/*/PublicAPI.*.txt'
