#!/usr/bin/env bash
# Finds phrases that a reader must decode (eng/voice.txt) in what is read: src, docs, infra and the README.
# Exceptions stand in eng/voice-allowed.txt, each with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

hits=$(mktemp)
trap 'rm -f "$hits"' EXIT
while IFS=$'\t' read -r phrase instead; do
  case $phrase in '' | '#'*) continue ;; esac
  git grep -nIiE -e "$phrase" -- src docs infra README.md ':!*package-lock.json' | sed "s#\$#   [say: $instead]#" >>"$hits" || true
done <eng/voice.txt

while IFS=$'\t' read -r path part reason; do
  case $path in '' | '#'*) continue ;; esac
  if [ -z "$reason" ]; then
    echo "eng/voice-allowed.txt: $path has no reason." >&2
    exit 1
  fi
  awk -v path="$path:" -v part="$part" '!(index($0, path) == 1 && index($0, part))' "$hits" >"$hits.left"
  mv "$hits.left" "$hits"
done <eng/voice-allowed.txt

if [ -s "$hits" ]; then
  sort -t: -k1,1 -k2,2n "$hits" >&2
  printf '%d lines say what eng/voice.txt names. Say it plainly, or allow it in eng/voice-allowed.txt with a reason.\n' "$(wc -l <"$hits")" >&2
  exit 1
fi
