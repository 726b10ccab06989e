#!/usr/bin/env bash
# Checks the spelling of identifiers, comments, texts and documents: American English, with the words of eng/spelling.
#
#   eng/check-spelling.sh            names each unknown word with its file and line
#   eng/check-spelling.sh --words    lists the unknown words alone, and the listed ones that nothing uses any more
#
# A right word that is unknown goes into eng/spelling/words.txt, one that is data of a test alone into test-data.txt,
# in lower case and in the order of "LC_ALL=C sort -u". A wrong word is corrected where it stands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=eng/spelling

if [ ! -e "$folder/node_modules/.bin/cspell" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules" ]; then
  npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error
  touch "$folder/node_modules"
fi

for list in words test-data; do
  LC_ALL=C sort -uc "$folder/$list.txt" || { echo "$folder/$list.txt is not sorted: LC_ALL=C sort -u -o $folder/$list.txt $folder/$list.txt" >&2; exit 1; }
done

if [ "${1:-}" = --words ]; then
  "$folder/node_modules/.bin/cspell" lint --config "$folder/cspell.json" --root . --no-progress --no-summary --words-only --unique . | LC_ALL=C sort -fu || true
  while read -r word; do
    git grep -qiF "$word" -- ':!eng/spelling' || echo "unused: $word"
  done < <(cat "$folder/words.txt" "$folder/test-data.txt")
else
  "$folder/node_modules/.bin/cspell" lint --config "$folder/cspell.json" --root . --no-progress .
fi
