#!/usr/bin/env bash
# Runs the benchmarks; arguments go to BenchmarkDotNet, such as --filter '*RomeValue*' or --list flat.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ "$#" -eq 0 ]; then
    set -- --filter '*'
fi
dotnet run --project bench/Amend.Benchmarks --configuration Release -- --artifacts artifacts/benchmarks "$@"
