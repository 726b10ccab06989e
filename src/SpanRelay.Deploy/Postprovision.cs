namespace SpanRelay.Deploy;

/// <summary>After everything is created.</summary>
internal sealed class Postprovision(AzdProject project, TextWriter output, HttpClient http)
{
    public async Task<int> RunAsync()
    {
        await ForgetAsync();
        if (OpenDoors.From(project.Settings).Messages && project.Setting("EVENTHUB_NAMESPACE_ID") is { Length: > 0 } id)
            await CheckKeysAsync(id);
        WriteFields();
        return 0;
    }

    /// <summary>The tokens are in Key Vault: azd's file holds them no longer.</summary>
    private async Task ForgetAsync()
    {
        var kept = await project.Azd.GetValuesAsync();
        var names = Secrets.Names.SelectMany(name => new[] { name, name + Secrets.Once }).Append("REDACTION_HASH_KEY").Append("VAULT_CREATE_MODE");
        await project.Azd.SetAsync(names.Where(name => kept.GetValueOrDefault(name, "").Length > 0).ToDictionary(name => name, _ => ""));
    }

    private async Task CheckKeysAsync(string namespaceId)
    {
        var azure = await project.Azd.AccessTokenAsync() is { } token ? new ResourceManager(http, token) : null;
        if (azure is null || !await azure.DeleteRootRuleAsync(namespaceId))
            output.WriteLine($"The namespace's rule RootManageSharedAccessKey is still there, and its keys may do everything. Delete it in the portal: {project.Setting("EVENTHUB_NAMESPACE")}, Shared access policies.");
        if (azure is null)
            return;

        // A deployment deletes no policy, and someone may have made one by hand.
        var hub = project.Setting("EVENTHUB_NAME");
        foreach (var policy in (await azure.ListHubPoliciesAsync($"{namespaceId}/eventhubs/{hub}")).Except(Senders.From(project.Settings), StringComparer.OrdinalIgnoreCase))
            output.WriteLine($"The policy {OneLine.Quoted(policy, 50)} is not in SENDERS, and its keys are still valid. If they are not in use, delete it in the portal: {hub}, Shared access policies.");
    }

    private void WriteFields()
    {
        Directory.CreateDirectory(project.EnvironmentFolder);
        var file = Path.Combine(project.EnvironmentFolder, GatewayFields.FileName);
        File.WriteAllText(file, GatewayFields.From(project.Settings));
        output.WriteLine($"What to enter in the gateway: {Path.GetRelativePath(project.Folder, file).Replace('\\', '/')}");
    }
}
