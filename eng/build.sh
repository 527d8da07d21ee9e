#!/usr/bin/env bash
# Builds the solution, or the projects that are named, in Release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [ "$#" -eq 0 ]; then
    set -- Amend.slnx
fi
# One compiler for all projects, also where the environment turns it off: half of a build is starting them.
for project in "$@"; do
    dotnet build "$project" --configuration Release --verbosity quiet -p:UseSharedCompilation=true
done
