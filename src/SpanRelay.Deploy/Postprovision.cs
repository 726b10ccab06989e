namespace SpanRelay.Deploy;

/// <summary>After everything is created.</summary>
internal sealed class Postprovision(AzdProject project, TextWriter output, HttpClient http)
{
    public async Task<int> RunAsync()
    {
        await ForgetAsync();
        await CloseRootRuleAsync();
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

    private async Task CloseRootRuleAsync()
    {
        if (!OpenDoors.From(project.Settings).Messages || project.Setting("EVENTHUB_NAMESPACE_ID") is not { Length: > 0 } id)
            return;
        if (await project.Azd.AccessTokenAsync() is { } token && await new ResourceManager(http, token).DeleteRootRuleAsync(id))
            return;
        output.WriteLine($"The namespace's rule RootManageSharedAccessKey is still there, and its keys may do everything. Delete it in the portal: {project.Setting("EVENTHUB_NAMESPACE")}, Shared access policies.");
    }

    private void WriteFields()
    {
        Directory.CreateDirectory(project.EnvironmentFolder);
        var file = Path.Combine(project.EnvironmentFolder, GatewayFields.FileName);
        File.WriteAllText(file, GatewayFields.From(project.Settings));
        output.WriteLine($"What to enter in the gateway: {Path.GetRelativePath(project.Folder, file).Replace('\\', '/')}");
    }
}
