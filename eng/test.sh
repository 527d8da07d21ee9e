#!/usr/bin/env bash
# Builds once in Release, runs the test projects and adds up what they report. The last line is "N passed, N failed".
#
#   eng/test.sh                           every test project of the solution
#   eng/test.sh Amend.Tensors.Tests ...   those that are named
#
# A build that fails, a project that ends without its report, and one that reports no failure but still exits with an
# error each count as one failure. Exits with 0 only where nothing failed and at least one test ran.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

reports=artifacts/test-results
passed=0
failed=0
skipped=0
failures=""

finish() {
    echo
    [ -z "$failures" ] || printf 'failed:%s\n' "$failures"
    [ "$skipped" -eq 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

refuse() {
    echo "$1" >&2
    failed=$((failed + 1))
    finish
}

# Counts of an xunit report as "passed failed skipped" (explicit tests that were not run are skipped); nothing where the report is not whole.
counts_of() {
    awk '
        { text = text $0 "\n" }
        function count(name,    value) {
            if (!match(assembly, " " name "=\"[0-9]+\"")) return 0
            value = substr(assembly, RSTART, RLENGTH)
            gsub(/[^0-9]/, "", value)
            return value + 0
        }
        END {
            if (text !~ /<\/assemblies>/ || !match(text, /<assembly [^>]*>/)) exit
            assembly = substr(text, RSTART, RLENGTH)
            print count("passed"), count("failed") + count("errors"), count("skipped") + count("not-run")
        }' "$1" 2>/dev/null
}

# The names of a report's failed tests, a line each.
failures_of() {
    grep -o '<test [^>]*result="Fail"' "$1" | sed 's/.* name="\([^"]*\)".*/  \1/; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g'
}

run() {
    local project=$1 report="$PWD/$reports/$1.xml" code counts p f s
    local assembly="artifacts/bin/$project/release/$project.dll"
    echo "== $project"
    if [ ! -f "$assembly" ]; then
        failed=$((failed + 1))
        echo "$project: '$assembly' was not built; counted as one failure"
        return
    fi

    dotnet "$assembly" -nologo -noColor -xml "$report"
    code=$?
    counts=$([ -s "$report" ] && counts_of "$report")
    if [ -z "$counts" ]; then
        failed=$((failed + 1))
        echo "$project: ended with exit code $code before its report was whole; counted as one failure"
        return
    fi

    read -r p f s <<<"$counts"
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "$project: exit code $code although no test failed; counted as one failure"
    fi
    [ "$f" -eq 0 ] || failures+=$'\n'"$(failures_of "$report")"
    passed=$((passed + p))
    failed=$((failed + f))
    skipped=$((skipped + s))
    echo "$project: $p passed, $f failed, $s skipped"
}

if [ "$#" -eq 0 ]; then
    for file in test/*.Tests/*.csproj; do
        set -- "$@" "$(basename "$file" .csproj)"
    done
    eng/build.sh || refuse "The build failed; no test was run."
else
    for project in "$@"; do
        [ -f "test/$project/$project.csproj" ] || refuse "There is no test project 'test/$project/$project.csproj'."
        eng/build.sh "test/$project/$project.csproj" || refuse "The build of $project failed; no test was run."
    done
fi

rm -rf "$reports"
mkdir -p "$reports"
for project in "$@"; do
    run "$project"
done
finish
