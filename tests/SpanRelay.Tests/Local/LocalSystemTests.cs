using System.Net;
using System.Net.Sockets;
using SpanRelay.Local;

namespace SpanRelay.Tests.Local;

public sealed class LocalSystemTests
{
    [Fact]
    public async Task AStartThatFailsHalfWayLeavesNothingRunning()
    {
        using var deadline = new Deadline();
        var folder = Directory.CreateTempSubdirectory("spanrelay-empty-");
        var dynatrace = FreePort();
        var options = new LocalSystemOptions { FunctionAppFolder = folder.FullName, UsesKeyVault = false, DynatracePort = dynatrace };

        await Assert.ThrowsAsync<LocalSystemException>(() => LocalSystem.StartAsync(options, deadline.Token));

        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, dynatrace, deadline.Token).AsTask());
        folder.Delete();
    }

    [Fact]
    public void TheFolderIsTheOptionBeforeTheVariableBeforeTheDefault()
    {
        var (one, other) = (Path.GetTempPath(), AppContext.BaseDirectory);
        Assert.Equal(one, FunctionAppFolder.Find(one, other));
        Assert.Equal(other, FunctionAppFolder.Find(null, other));
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "function-app"), FunctionAppFolder.Find(null, null));
    }

    [Fact]
    public void AMissingFolderIsNamedWithTheSettingThatNamesIt()
    {
        var failure = Assert.Throws<LocalSystemException>(() => FunctionAppFolder.Find(null, "/not/there"));
        Assert.Equal(
            "The function app's folder /not/there (the environment variable SPANRELAY_FUNCTION_APP) does not exist. Build the solution, or name the folder of a built function app with SPANRELAY_FUNCTION_APP.",
            failure.Message);
    }

    [Fact]
    public async Task ARealEnvironmentNeedsItsToken()
    {
        var options = new LocalSystemOptions { DynatraceEnvironment = "abc12345" };
        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => LocalSystem.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("Dynatrace__ApiToken", failure.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
