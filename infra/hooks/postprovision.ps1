# The tokens are in Key Vault now: what was asked for is forgotten, and not asked for again.
$ErrorActionPreference = 'Stop'

if ($env:DYNATRACE_TOKEN -or $env:DYNATRACE_TOKEN_ONCE) {
    azd env set DYNATRACE_TOKEN_ONCE= DYNATRACE_TOKEN_STORED=true
}
if ($env:DYNATRACE_ROTATION_TOKEN -or $env:DYNATRACE_ROTATION_TOKEN_ONCE) {
    azd env set DYNATRACE_ROTATION_TOKEN_ONCE= DYNATRACE_ROTATION_TOKEN_STORED=true
}
