#!/usr/bin/env bash
# Writes the reviewed files anew: what each verb prints, the help texts, the report pages and the JSON schemas. Look at what git shows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
eng/build.sh test/Amend.Cli.Tests/Amend.Cli.Tests.csproj
AMEND_REVIEWED=update dotnet artifacts/bin/Amend.Cli.Tests/release/Amend.Cli.Tests.dll -nologo -noColor -namespace Amend.Cli.Tests.Showcase
git status --short -- test/Amend.Cli.Tests/Snapshots docs/formats/schemas
