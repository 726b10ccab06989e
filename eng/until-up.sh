#!/usr/bin/env bash
# Runs a command that starts the local system, waits until it is up and a reader has its partitions, and ends the command.
# usage: eng/until-up.sh command [argument…]
# Needs src/SpanRelay.Cli to be built.
set -euo pipefail

cli=$(dirname "${BASH_SOURCE[0]}")/../src/SpanRelay.Cli/bin/Debug/net10.0/SpanRelay.Cli.dll
seconds=600
XDG_DATA_HOME=$(mktemp -d)
export XDG_DATA_HOME
setsid "$@" </dev/null >"$XDG_DATA_HOME/output" 2>&1 &
group=$!

finish() {
  kill -TERM -- "-$group" 2>/dev/null || true
  wait "$group" 2>/dev/null || true
  kill -KILL -- "-$group" 2>/dev/null || true
  rm -rf "$XDG_DATA_HOME"
}
trap finish EXIT

fail() {
  echo "$1"
  cat "$XDG_DATA_HOME/output"
  exit 1
}

until [[ $(dotnet "$cli" top --once --output json 2>/dev/null || true) =~ \"readers\":[1-9] ]]; do
  kill -0 "$group" 2>/dev/null || fail "It ended before the local system was up:"
  [ "$SECONDS" -lt "$seconds" ] || fail "The local system is not up after $seconds s:"
  sleep 1
done
echo "The local system is up after $SECONDS s: $*"
