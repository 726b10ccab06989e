using SpanRelay.Dynatrace;

namespace SpanRelay.Deploy;

/// <summary>Before anything is created.</summary>
internal sealed class Preprovision(AzdProject project, Terminal terminal, HttpClient http)
{
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, string> _answers = [];

    /// <returns>0 where the deployment may go on.</returns>
    public async Task<int> RunAsync()
    {
        if (!await project.Azd.IsSignedInAsync())
            _problems.Add("Not signed in to Azure. Run: azd auth login");
        _problems.AddRange(Region().Concat(SizeLimits.Problems(project)).Concat(NetworkIds.Problems(project)));
        ReadJson();
        _problems.AddRange(Doors());
        var endpoint = await ReadEnvironmentAsync();
        var (purpose, scopes) = SendsMetrics ? ("sends spans and metrics", "openTelemetryTrace.ingest, metrics.ingest") : ("sends spans", "openTelemetryTrace.ingest");
        await ReadTokenAsync(Secrets.Token, purpose, scopes, endpoint);
        if (project.IsOn("TOKEN_ROTATION"))
            await ReadTokenAsync(Secrets.RotationToken, "creates tokens", "apiTokens.read, apiTokens.write", endpoint: null);
        await ReadChoicesAsync();
        await FindDeletedVaultAsync();
        NameFormerDeadLetters();
        if (_problems.Count > 0)
            ForgetTyped();
        await project.Azd.SetAsync(_answers);
        foreach (var problem in _problems)
            Terminal.Say($"x {problem}");
        return _problems.Count > 0 ? 1 : 0;
    }

    /// <summary>Nothing is deployed: no token stays in azd's file.</summary>
    private void ForgetTyped()
    {
        foreach (var name in Secrets.Names.Select(name => name + Secrets.Once))
        {
            if (project.Setting(name).Length > 0)
                _answers[name] = "";
            else
                _answers.Remove(name);
        }
    }

    private bool SendsMetrics => project.IsOn("AI_METRICS");

    private IEnumerable<string> Doors()
    {
        var doors = project.Setting(OpenDoors.Setting);
        if (!OpenDoors.TryParse(doors, out _))
            yield return $"{OpenDoors.Setting} takes {OpenDoors.Takes}. Run: azd env set {OpenDoors.Setting} both";
        if (doors.Length == 0 && project.Setting(OpenDoors.FormerSetting).Length > 0)
            yield return $"{OpenDoors.Setting} has replaced {OpenDoors.FormerSetting}. Run: azd env set {OpenDoors.Setting} {(project.IsOn(OpenDoors.FormerSetting) ? "messages" : "none")}";
        if (Senders.FindProblem(Senders.From(project.Settings)) is { } problem)
            yield return problem;
    }

    private IEnumerable<string> Region()
    {
        var location = project.Setting("AZURE_LOCATION");
        var regions = FlexRegions.Read(project);
        if (location.Length > 0 && !regions.Contains(location))
            yield return $"AZURE_LOCATION names no region with Flex Consumption: {OneLine.Quoted(location, 40)}. Choose one of {string.Join(", ", regions)}. In a region that is newer than infra/regions.bicep, add it there.";
    }

    private void ReadJson()
    {
        foreach (var setting in JsonSetting.All)
        {
            var text = project.Setting(setting.Name);
            if (text.Length == 0)
                continue;
            var json = setting.Read(text);
            if (json is null)
                _problems.Add($"{setting.Name} takes JSON: {setting.Example}");
            else if (json != text)
                _answers[setting.Name] = json;
        }
    }

    private async Task<DynatraceEndpoint?> ReadEnvironmentAsync()
    {
        const string Name = "DYNATRACE_ENVIRONMENT";
        var text = project.Setting(Name);
        if (text.Length == 0 && !terminal.IsThere)
        {
            _problems.Add($"{Name} is missing. Run: azd env set {Name} <id or address>");
            return null;
        }

        var isAsked = text.Length == 0;
        for (var tries = 0; tries < 3; tries++)
        {
            if (isAsked)
                text = await Terminal.AskAsync("Dynatrace environment (its id, such as abc12345, or its address):");
            if (DynatraceEndpoint.TryParse(text, out var endpoint, out var problem))
            {
                if (isAsked)
                    _answers[Name] = text;
                return endpoint;
            }

            if (!isAsked || tries == 2)
            {
                _problems.Add($"{Name} {problem}");
                return null;
            }

            Terminal.Say($"That {problem}");
        }

        return null;
    }

    private async Task ReadTokenAsync(string name, string purpose, string scopes, DynatraceEndpoint? endpoint)
    {
        var given = project.Setting(name);
        if (project.IsOn(name + Secrets.Stored))
        {
            if (given.Length > 0)
                Terminal.Say($"{name} is set, and not used: Key Vault has a token already. To replace that one, store a new version of the secret, or run: azd env set {name}{Secrets.Stored} false");
            return;
        }

        if (given.Length == 0)
            given = project.Setting(name + Secrets.Once);
        else if (project.Setting(name + Secrets.Once).Length > 0)
            _answers[name + Secrets.Once] = ""; // The templates take one of them.
        if (given.Length == 0 && !terminal.IsThere)
        {
            _problems.Add($"{name} is missing: the token that {purpose} (scopes: {scopes}). Put it into the environment for the first deployment; later ones find it in Key Vault.");
            return;
        }

        var check = new TokenEntry(name, purpose, scopes, http, endpoint) { SendsMetrics = SendsMetrics };
        var (token, problem) = given.Length > 0 ? (given, await check.FindProblemAsync(given)) : await check.AskAsync();
        if (problem is not null)
            _problems.Add(problem);
        else if (token != project.Setting(name) && token != project.Setting(name + Secrets.Once))
            _answers[name + Secrets.Once] = token;
    }

    private async Task ReadChoicesAsync()
    {
        if (!terminal.IsThere || _problems.Count > 0)
            return;
        if (project.Setting(OpenDoors.Setting).Length == 0)
            await ReadDoorsAsync();
        if (project.Setting("ALERT_EMAILS").Length == 0)
        {
            var answer = await Terminal.AskAsync("Who gets alerts by e-mail? Addresses with commas between them, or nothing:");
            if (JsonSetting.ListOf(answer) is { } emails)
                _answers["ALERT_EMAILS"] = emails;
            else
                _problems.Add("ALERT_EMAILS takes e-mail addresses with commas between them.");
        }
    }

    private async Task ReadDoorsAsync()
    {
        var question = "How do gateways send? ingest: to the relay, with a function key; messages: straight to the Event Hub, with a shared access signature; both; none [both]";
        for (var tries = 0; tries < 3; tries++)
        {
            var answer = (await Terminal.AskAsync(question)).ToLowerInvariant();
            if (answer.Length == 0)
                answer = "both";
            if (OpenDoors.TryParse(answer, out _))
            {
                _answers[OpenDoors.Setting] = answer;
                return;
            }

            question = $"That is none of {OpenDoors.Takes}. [both]";
        }

        _problems.Add($"{OpenDoors.Setting} takes {OpenDoors.Takes}.");
    }

    /// <summary>Earlier versions had them in the account of the Functions host.</summary>
    private void NameFormerDeadLetters()
    {
        if (_problems.Count == 0 && project.Setting("AZURE_STORAGE_ACCOUNT_NAME") is { Length: > 0 } former && project.Setting("DEAD_LETTER_ACCOUNT_NAME").Length == 0)
            Terminal.Say($"Dead letters get a storage account of their own. Those from before stay in {former} until their time is over: docs/dead-letters.md says how to list and replay them.");
    }

    /// <summary>A deleted vault keeps its name: creating another would fail. Recovering it takes back its secrets as well.</summary>
    private async Task FindDeletedVaultAsync()
    {
        var subscription = project.Setting("AZURE_SUBSCRIPTION_ID");
        if (_problems.Count > 0 || subscription.Length == 0 || project.Setting("AZURE_KEY_VAULT_NAME").Length > 0)
            return;
        var vault = await project.Azd.AccessTokenAsync() is { } token
            ? await new ResourceManager(http, token).FindDeletedVaultAsync(subscription, project.EnvironmentName, project.Setting("AZURE_LOCATION"))
            : null;
        var mode = vault is null ? "default" : "recover";
        if (vault is not null)
            Terminal.Say($"The deleted vault {OneLine.From(vault, 24)} of this environment is recovered, with its secrets.");
        if (mode != project.Parameters.ValueOf("VAULT_CREATE_MODE", project))
            _answers["VAULT_CREATE_MODE"] = mode;
    }
}
