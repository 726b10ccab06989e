using SpanRelay.Local.Hosting;
using SpanRelay.Tokens;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>The function app that these tests drive: what SPANRELAY_FUNCTION_APP names, else what the build put beside them.</summary>
internal static class FunctionAppUnderTest
{
    private const string Variable = "SPANRELAY_FUNCTION_APP";

    public static FunctionApp Read()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var folder = string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, "function-app") : named;
        return FunctionApp.Read(folder, new AppSettings(new Dictionary<string, string> { ["EVENTHUB_NAME"] = "spans" }));
    }
}
