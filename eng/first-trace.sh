#!/usr/bin/env bash
# From an empty folder to a delivered trace on the screen, by the commands of the README: clones the repository, runs the first
# commands under "Try it" as they stand there, and prints what each step took. It stops them once the trace is there.
# It uses the SDK's defaults: variables that turn off the shared compiler are removed. It shuts down the build servers of this user
# before and after, so that each measurement starts cold.
# usage: eng/first-trace.sh [repository]     default: this checkout, as it is committed
set -euo pipefail

most_in_all=90
most_until_first=15
heading='## Try it'
useful='^ *(Determining|Restored|Building|Installing|Event Hub) '
started_up='^Event Hub '
trace='^trace [0-9a-f]{32}$'
repository=$(realpath "${1:-$(dirname "${BASH_SOURCE[0]}")/..}")
folder=$(mktemp -d)
now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
group=

finish() {
  if [ -n "$group" ]; then
    kill -TERM -- "-$group" 2>/dev/null || true
    wait "$group" 2>/dev/null || true
  fi
  dotnet build-server shutdown >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap finish EXIT

# $1: milliseconds.
seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# $1: what; $2: milliseconds; $3: the most it should take, in seconds.
verdict() {
  local met='not met'
  [ "$2" -gt $(($3 * 1000)) ] || met=met
  printf '%-42s %10s   (at most %d s: %s)\n' "$1" "$(seconds "$2")" "$3" "$met"
}

unset UseSharedCompilation MSBUILDDISABLENODEREUSE DOTNET_CLI_USE_MSBUILD_SERVER
dotnet build-server shutdown >/dev/null 2>&1 || true
printf 'Load of the machine: %s; processors: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)" "$(grep -c ^processor /proc/cpuinfo 2>/dev/null || echo unknown)"
began=$(now)
git clone --quiet "$repository" "$folder/spanrelay"
cd "$folder/spanrelay"
cloned=$(now)
commands=$(awk -v heading="$heading" '$0 == heading { found = 1 } found && /^```$/ && block { exit } block { print } found && /^```sh$/ { block = 1 }' README.md)
[ -n "$commands" ] || { echo "README.md has no commands under \"$heading\"."; exit 1; }
printf '$ %s\n' "$commands"

# A group of its own, so that all of it can be stopped. A data folder of its own, as on a new machine.
export XDG_DATA_HOME=$folder/data DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
coproc RUN { exec setsid bash -c "$commands" 2>&1 </dev/null; }
group=$RUN_PID
first=
up=
shown=
while IFS= read -r line <&"${RUN[0]}"; do
  at=$(($(now) - began))
  printf '%10s  %s\n' "$(seconds "$at")" "$line"
  if [[ -z $first && $line =~ $useful ]]; then first=$at; fi
  if [[ -z $up && $line =~ $started_up ]]; then up=$at; fi
  if [[ $line =~ $trace ]]; then
    shown=$at
    break
  fi
done
if [ -z "$shown" ]; then
  echo 'The commands ended without a trace.'
  exit 1
fi

cloning=$((cloned - began))
printf '\n%-42s %10s\n' 'git clone' "$(seconds "$cloning")"
printf '%-42s %10s\n' 'build, npm and start, until all is up' "$(seconds $((up - cloning)))"
printf '%-42s %10s\n' 'sample traffic, until a trace is shown' "$(seconds $((shown - up)))"
verdict 'until the first useful line' "$first" "$most_until_first"
verdict 'until a delivered trace is shown' "$shown" "$most_in_all"
