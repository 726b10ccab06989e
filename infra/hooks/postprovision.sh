#!/bin/sh
# The tokens are in Key Vault now: what was asked for is forgotten, and not asked for again.
set -eu

if [ "${DYNATRACE_TOKEN:-}${DYNATRACE_TOKEN_ONCE:-}" != '' ]; then
  azd env set DYNATRACE_TOKEN_ONCE= DYNATRACE_TOKEN_STORED=true
fi
if [ "${DYNATRACE_ROTATION_TOKEN:-}${DYNATRACE_ROTATION_TOKEN_ONCE:-}" != '' ]; then
  azd env set DYNATRACE_ROTATION_TOKEN_ONCE= DYNATRACE_ROTATION_TOKEN_STORED=true
fi
