using System.Runtime.CompilerServices;

namespace SpanRelay.EndToEnd.Tests;

/// <summary>A folder in place of the user's, where a run notes that it was the last one.</summary>
internal static class TestHome
{
    [ModuleInitializer]
    internal static void Use()
    {
        var home = Directory.CreateTempSubdirectory("spanrelay-test-home-");
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", home.FullName);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => home.Delete(recursive: true);
    }
}
