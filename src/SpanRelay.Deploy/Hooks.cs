namespace SpanRelay.Deploy;

/// <summary>What azd runs before and after its commands: each file in infra/hooks names its hook here.</summary>
public static class Hooks
{
    private static readonly Dictionary<string, Func<AzdProject, Task<int>>> All = new(StringComparer.Ordinal)
    {
        // Before anything is created: checks everything that can be checked, and asks for what is missing.
        ["preprovision"] = async project =>
        {
            using var http = new AzureHttp();
            return await new Preprovision(project, Terminal.Open(), http.Client).RunAsync();
        },

        // After everything is created: forgets the tokens that were typed, and writes what to enter in the gateway.
        ["postprovision"] = async project =>
        {
            using var http = new AzureHttp();
            return await new Postprovision(project, Console.Out, http.Client).RunAsync();
        },

        // At the very end of "azd up", where azd draws nothing over it.
        ["postup"] = project => PrintAsync(GatewayFields.From(project.Settings)),

        // "azd down" removes the outputs, settings among them: the next "azd up" shall deploy the same again.
        ["predown"] = SavedSettings.WriteAsync,
        ["postdown"] = SavedSettings.RestoreAsync,

        // Not a hook: the parameters as azd would give them to Azure, for a preview without azd.
        ["parameters"] = project => PrintAsync(project.Parameters.Resolve(project)),
    };

    /// <returns>The exit code; azd stops at any other than 0.</returns>
    public static async Task<int> RunAsync(string hook)
    {
        try
        {
            return await All[hook](AzdProject.Open());
        }
        catch (Exception e) when (e is AzdException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"x {OneLine.From(e.Message, 1_000)}");
            return 1;
        }
    }

    private static Task<int> PrintAsync(string text)
    {
        Console.Out.WriteLine(text);
        return Task.FromResult(0);
    }
}
