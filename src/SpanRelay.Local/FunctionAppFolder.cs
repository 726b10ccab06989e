namespace SpanRelay.Local;

/// <summary>Finds the built function app.</summary>
internal static class FunctionAppFolder
{
    /// <setting name="SPANRELAY_FUNCTION_APP" default="the one that is built with the command">Folder of a published function app that `spanrelay run` starts.</setting>
    public const string Variable = "SPANRELAY_FUNCTION_APP";

    /// <summary>The option before the environment variable before the folder beside the running assembly.</summary>
    /// <exception cref="LocalSystemException">There is no such folder.</exception>
    public static string Find(string? option, string? variable)
    {
        var (folder, source) = (option, variable) switch
        {
            ({ Length: > 0 }, _) => (option, "the option"),
            (_, { Length: > 0 }) => (variable, $"the environment variable {Variable}"),
            _ => (Path.Combine(AppContext.BaseDirectory, "function-app"), "the default, which the build fills"),
        };
        return Directory.Exists(folder)
            ? folder
            : throw new LocalSystemException(
                $"The function app's folder {folder} ({source}) does not exist. Build the solution, or name the folder of a built function app with {Variable}.");
    }
}
