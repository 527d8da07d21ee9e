#!/usr/bin/env bash
# Runs the benchmarks; arguments go to BenchmarkDotNet, such as --filter '*RomeValue*' or --list flat.
# ratios [TURNS] [--reference DIR]: the speed of this tree against that of commit fb11e39, built beside it, into
#   bench/results/against-fb11e39.md. With DIR, which has clones of kmeng01/rome and kmeng01/memit in rome and memit, the same rows by the
#   authors' code too; $PYTHON (python3) must have torch and transformers.
# watch: the same once, printed beside the ratios that are committed.
# profile ROW...: flame graphs of rows of the ratios in both trees, into docs/figures, and the shares of each kind of work; needs perf and npx.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

earlier=fb11e39
results="bench/results/against-$earlier.md"

# Builds the earlier tree and this one, with the same work in both.
build_both() {
    local tree="artifacts/against/$earlier"
    if [ ! -d "$tree" ]; then
        git worktree add --detach "$tree" "$earlier" >&2
    fi
    rm -rf "$tree/bench/Amend.Ratios"
    cp -r bench/Amend.Ratios "$tree/bench/"
    dotnet build "$tree/bench/Amend.Ratios" --configuration Release --verbosity quiet -p:Earlier=true -p:UseSharedCompilation=true >&2
    dotnet build bench/Amend.Ratios --configuration Release --verbosity quiet -p:UseSharedCompilation=true >&2
}

program="artifacts/bin/Amend.Ratios/release/Amend.Ratios.dll"

# Prints the table of the ratios of both trees: ratios TURNS [DIR].
ratios() {
    build_both
    dotnet "$program" table "$1" "artifacts/against/$earlier/$program" "$program" "${@:2}"
}

# The folder behind --reference, or nothing; stops where it is not what it should be.
reference_of() {
    if [ "$#" -eq 0 ]; then
        return
    fi
    if [ "$#" -ne 2 ] || [ "$1" != --reference ] || ! [ -d "$2/rome/rome" ] || ! [ -d "$2/memit/memit" ]; then
        echo "Give --reference and a folder with clones of kmeng01/rome and kmeng01/memit in rome and memit; got: $*" >&2
        exit 2
    fi
    if ! "${PYTHON:-python3}" -c 'import torch, transformers' 2>/dev/null; then
        echo "${PYTHON:-python3} cannot import torch and transformers; set PYTHON (and PYTHONPATH) to one that can." >&2
        exit 2
    fi
    echo "$2"
}

# Draws where the time of one row of a tree goes: profile_one ROW before|after PROGRAM.
profile_one() {
    local samples="artifacts/profile-$1-$2" seconds
    seconds="$(perf record -q -F 499 --call-graph dwarf,8192 -o "$samples.data" dotnet "$3" "$1" 2>/dev/null | cut -d ' ' -f 2)"
    echo "$1, $2: $seconds s"
    perf script -i "$samples.data" --no-inline 2>/dev/null | dotnet "$program" profile "$seconds" > "$samples.txt"
    npx --yes flamegraph@1.3.0 -t perf -f "$samples.txt" --minwidth 1 |
        sed '/<script/,/<\/script>/d; s/ on[a-z]*="[^"]*"//g; s/ data-[a-z]*="[^"]*"//g' > "docs/figures/flame-$1-$2.svg"
    rm -f "$samples.data" "$samples.txt"
}

case "${1:-}" in
    ratios)
        turns=3
        if [[ "${2:-}" =~ ^[0-9]+$ ]]; then
            turns="$2"
            shift
        fi
        reference="$(reference_of "${@:2}")"
        table="$(ratios "$turns" ${reference:+"$reference"})"
        {
            sed '/^|/,$d' "$results"
            printf '%s\n' "$table"
            sed '1,/^|/d; /^|/d' "$results"
        } > "$results.part"
        mv "$results.part" "$results"
        exit
        ;;
    profile)
        if [ "$#" -lt 2 ] || ! { command -v perf && command -v npx; } >/dev/null; then
            echo "Give rows, such as: eng/bench.sh profile rome trace-state; perf (Debian's linux-perf) and npx are needed." >&2
            exit 2
        fi
        build_both
        for row in "${@:2}"; do
            profile_one "$row" before "artifacts/against/$earlier/$program"
            profile_one "$row" after "$program"
        done
        exit
        ;;
    watch)
        table="$(ratios 1)"
        # The columns of the ratios: that of the committed table, and that of now.
        join -t '|' <(grep '^| [a-zA-Z]' "$results" | cut -d '|' -f 2,7 | sort -t '|' -k 1,1) \
            <(printf '%s\n' "$table" | grep '^| [a-zA-Z]' | cut -d '|' -f 2,7 | sort -t '|' -k 1,1) |
            tr -d '*' | awk -F '|' '$2 + 0 > 0 { printf "%s: %.2f times as fast, was %.2f%s\n", $1, $3, $2, $3 < 0.9 * $2 ? "  SLOWER" : "" }'
        exit
        ;;
esac

if [ "$#" -eq 0 ]; then
    set -- --filter '*'
fi
dotnet run --project bench/Amend.Benchmarks --configuration Release -- --artifacts artifacts/benchmarks "$@"
