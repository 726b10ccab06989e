#!/bin/sh
# Before anything is created, checks the tools, the login and all settings without a default.
# At a terminal, prompts for missing settings. A token is read without echo and is never an argument.
set -eu

problems=0
problem() {
  printf 'x %s\n' "$1" >&2
  problems=$((problems + 1))
}

can_ask() { [ -t 0 ] && [ "${CI:-}" = '' ]; }

ask() {
  printf '%s ' "$1" >&2
  read -r answer
}

# The echo is off before the question is seen, so that no answer is too early.
ask_hidden() {
  trap 'stty echo' EXIT INT TERM
  stty -echo
  printf '%s ' "$1" >&2
  read -r answer
  stty echo
  trap - EXIT INT TERM
  printf '\n' >&2
}

# Through a file that only this user can read: arguments are seen by every user of the machine.
remember_secret() {
  file=$(umask 077 && mktemp)
  printf '%s="%s"\n' "$1" "$2" >"$file"
  azd env set --file "$file" || {
    rm -f "$file"
    exit 1
  }
  rm -f "$file"
}

looks_like_a_token() {
  case $1 in
    *[!A-Za-z0-9._-]*) return 1 ;;
    dt0c01.*.* | dt0s16.*.*) return 0 ;;
    *) return 1 ;;
  esac
}

check_tools() {
  command -v dotnet >/dev/null || problem 'The .NET 10 SDK (dotnet) is not on the PATH: https://dot.net'
  azd auth login --check-status --output json 2>/dev/null | grep -q '"success"' ||
    problem 'Not signed in to Azure. Run: azd auth login'
}

check_environment() {
  [ "${DYNATRACE_ENVIRONMENT:-}" = '' ] || return 0
  if ! can_ask; then
    problem 'DYNATRACE_ENVIRONMENT is missing. Run: azd env set DYNATRACE_ENVIRONMENT <id or address>'
    return 0
  fi
  ask 'Dynatrace environment (its id, such as abc12345, or its address):'
  [ "$answer" != '' ] || problem 'The Dynatrace environment is missing.'
  azd env set DYNATRACE_ENVIRONMENT "$answer"
}

# $1: the variable. $2: what it is for. $3: its scopes.
check_token() {
  given=''
  eval "given=\${$1:-}\${$1_ONCE:-}"
  if [ "$given" != '' ]; then
    looks_like_a_token "$given" || problem "$1 does not look like a Dynatrace token (dt0c01.… or dt0s16.…)."
    return 0
  fi
  stored=''
  eval "stored=\${$1_STORED:-}"
  [ "$stored" != true ] || return 0
  if ! can_ask; then
    problem "$1 is missing: the token that $2. Put it into the environment for the first deployment; later ones find it in Key Vault ($1_STORED=true)."
    return 0
  fi
  ask_hidden "Dynatrace token that $2 (scopes: $3; it is not shown):"
  if looks_like_a_token "$answer"; then
    remember_secret "$1_ONCE" "$answer"
  else
    problem 'That does not look like a Dynatrace token (dt0c01.… or dt0s16.…).'
  fi
  answer=''
}

check_way_in() {
  [ "${STRAIGHT_SAS:-}" = '' ] && can_ask || return 0
  ask 'Does the gateway send straight to the Event Hub, with a shared access signature as its header? [Y/n]'
  case $answer in
    [nN]*) azd env set STRAIGHT_SAS false ;;
    *) azd env set STRAIGHT_SAS true ;;
  esac
}

check_tools
check_environment
check_token DYNATRACE_TOKEN 'sends spans' 'openTelemetryTrace.ingest'
[ "${TOKEN_ROTATION:-false}" != true ] ||
  check_token DYNATRACE_ROTATION_TOKEN 'creates tokens' 'apiTokens.read, apiTokens.write'
check_way_in

[ "$problems" -eq 0 ] || exit 1
