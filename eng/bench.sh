#!/usr/bin/env bash
# Runs the benchmarks; arguments go to BenchmarkDotNet, such as --filter '*RomeValue*' or --list flat.
# ratios [TURNS]: the speed of this tree against that of commit fb11e39, built beside it, into bench/results/against-fb11e39.md.
# watch: the same once, printed beside the ratios that are committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

earlier=fb11e39
results="bench/results/against-$earlier.md"

# Builds the earlier tree and this one, with the same work in both, and prints the table of their ratios.
ratios() {
    local tree="artifacts/against/$earlier"
    if [ ! -d "$tree" ]; then
        git worktree add --detach "$tree" "$earlier" >&2
    fi
    rm -rf "$tree/bench/Amend.Ratios"
    cp -r bench/Amend.Ratios "$tree/bench/"
    dotnet build "$tree/bench/Amend.Ratios" --configuration Release --verbosity quiet -p:Earlier=true -p:UseSharedCompilation=true >&2
    dotnet build bench/Amend.Ratios --configuration Release --verbosity quiet -p:UseSharedCompilation=true >&2
    local program="artifacts/bin/Amend.Ratios/release/Amend.Ratios.dll"
    dotnet "$program" table "$1" "$tree/$program" "$program"
}

case "${1:-}" in
    ratios)
        table="$(ratios "${2:-3}")"
        {
            sed '/^|/,$d' "$results"
            printf '%s\n' "$table"
            sed '1,/^|/d; /^|/d' "$results"
        } > "$results.part"
        mv "$results.part" "$results"
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
