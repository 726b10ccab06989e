# Before anything is created, checks the tools, the login and all settings without a default.
# At a terminal, prompts for missing settings. A token is read without echo and is never an argument.
$ErrorActionPreference = 'Stop'
$problems = [System.Collections.Generic.List[string]]::new()
$canAsk = -not [Console]::IsInputRedirected -and -not $env:CI

# Through a file that is deleted at once: arguments are seen by every user of the machine.
function Save-Secret([string] $name, [string] $value) {
    $file = New-TemporaryFile
    try {
        Set-Content -Path $file -Value "$name=""$value""" -NoNewline
        azd env set --file $file
        if ($LASTEXITCODE -ne 0) { throw 'azd env set failed.' }
    }
    finally {
        Remove-Item $file -Force
    }
}

function Test-Token([string] $value) { $value -cmatch '^dt0(c01|s16)\.[A-Za-z0-9._-]+\.[A-Za-z0-9._-]+$' }

function Confirm-Token([string] $name, [string] $purpose, [string] $scopes) {
    $given = [Environment]::GetEnvironmentVariable($name) + [Environment]::GetEnvironmentVariable("${name}_ONCE")
    if ($given) {
        if (-not (Test-Token $given)) { $problems.Add("$name does not look like a Dynatrace token (dt0c01.... or dt0s16....).") }
        return
    }
    if ([Environment]::GetEnvironmentVariable("${name}_STORED") -eq 'true') { return }
    if (-not $canAsk) {
        $problems.Add("$name is missing: the token that $purpose. Put it into the environment for the first deployment; later ones find it in Key Vault (${name}_STORED=true).")
        return
    }
    $secure = Read-Host -AsSecureString "Dynatrace token that $purpose (scopes: $scopes; it is not shown)"
    $answer = [System.Net.NetworkCredential]::new('', $secure).Password
    if (Test-Token $answer) { Save-Secret "${name}_ONCE" $answer }
    else { $problems.Add('That does not look like a Dynatrace token (dt0c01.... or dt0s16....).') }
}

if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { $problems.Add('The .NET 10 SDK (dotnet) is not on the PATH: https://dot.net') }
if ((azd auth login --check-status --output json 2>$null | Out-String) -notmatch '"success"') { $problems.Add('Not signed in to Azure. Run: azd auth login') }

if (-not $env:DYNATRACE_ENVIRONMENT) {
    if ($canAsk) {
        $answer = Read-Host 'Dynatrace environment (its id, such as abc12345, or its address)'
        if ($answer) { azd env set DYNATRACE_ENVIRONMENT $answer } else { $problems.Add('The Dynatrace environment is missing.') }
    }
    else { $problems.Add('DYNATRACE_ENVIRONMENT is missing. Run: azd env set DYNATRACE_ENVIRONMENT <id or address>') }
}

Confirm-Token 'DYNATRACE_TOKEN' 'sends spans' 'openTelemetryTrace.ingest'
if ($env:TOKEN_ROTATION -eq 'true') { Confirm-Token 'DYNATRACE_ROTATION_TOKEN' 'creates tokens' 'apiTokens.read, apiTokens.write' }

if (-not $env:STRAIGHT_SAS -and $canAsk) {
    $answer = Read-Host 'Does the gateway send straight to the Event Hub, with a shared access signature as its header? [Y/n]'
    azd env set STRAIGHT_SAS ($answer -match '^[nN]' ? 'false' : 'true')
}

foreach ($problem in $problems) { [Console]::Error.WriteLine("x $problem") }
exit ($problems.Count -gt 0 ? 1 : 0)
