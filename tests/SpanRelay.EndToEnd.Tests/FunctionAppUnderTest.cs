namespace SpanRelay.EndToEnd.Tests;

/// <summary>The function app that these tests drive: what SPANRELAY_FUNCTION_APP names, else what the build put beside them.</summary>
internal static class FunctionAppUnderTest
{
    private const string Variable = "SPANRELAY_FUNCTION_APP";

    public static string Folder =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(AppContext.BaseDirectory, "function-app");

    public static string Worker => Path.Combine(Folder, "SpanRelay.Functions.dll");
}
