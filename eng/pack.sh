#!/usr/bin/env bash
# Builds the NuGet packages: those of the libraries, and amend as a .NET tool with a package for each platform.
#
#   eng/pack.sh                     for all platforms, into artifacts/packages, which is emptied first
#   eng/pack.sh linux-x64 ...       the tool for those that are named
#   eng/pack.sh --out FOLDER ...    into another folder, over what has the same name there
#
# A warning is an error. Prints the packages with their sizes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

known='linux-x64 win-x64 osx-arm64'
out=artifacts/packages
if [ "${1:-}" = --out ] && [ "$#" -gt 1 ]; then
    out=$2
    shift 2
else
    rm -rf "$out"
fi
for platform in "$@"; do
    case " $known " in
        *" $platform "*) ;;
        *) echo "There is no native package for '$platform'; give some of: $known." >&2; exit 1 ;;
    esac
done
[ "$#" -gt 0 ] || set -- $known
platforms=$(printf '%s;' "$@")
natives=$(printf 'libtorch-cpu-%s;' "$@")
mkdir -p "$out"
out=$(cd "$out" && pwd)

# With the time of the commit in them, packages of one commit are the same byte for byte.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}"

# A package names the repository that it comes from where others can reach that.
options=()
case "$(git remote get-url origin 2>/dev/null || true)" in
    https://*@*) ;;
    https://* | git@*) options=(-p:PublishRepositoryUrl=true) ;;
esac

# One compiler for all projects, as in eng/build.sh.
dotnet pack eng/packages.proj --configuration Release -p:UseSharedCompilation=true --verbosity quiet -consoleLoggerParameters:NoSummary -warnAsError \
    -p:ToolPlatforms="\"${platforms%;}\"" -p:LibTorchPackage="\"${natives%;}\"" -p:PackageOutputPath="$out" "${options[@]}"

for package in "$out"/*.nupkg; do
    echo "$(($(wc -c <"$package") / 1000)) kB  $package"
done
