#!/usr/bin/env bash
# Writes the reviewed files anew: what each verb prints, the help texts, the report pages, the JSON schemas and the tools of agents. Look at what git shows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
eng/build.sh test/Amend.Cli.Tests/Amend.Cli.Tests.csproj test/Amend.Server.Tests/Amend.Server.Tests.csproj
AMEND_REVIEWED=update dotnet artifacts/bin/Amend.Cli.Tests/release/Amend.Cli.Tests.dll -nologo -noColor -namespace Amend.Cli.Tests.Showcase
AMEND_REVIEWED=update dotnet artifacts/bin/Amend.Server.Tests/release/Amend.Server.Tests.dll -nologo -noColor -method '*Tools_tell_what_they_take_and_do'
git status --short -- test/Amend.Cli.Tests/Snapshots docs/formats
