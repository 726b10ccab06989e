using System.Diagnostics;
using SpanRelay.Dynatrace;
using SpanRelay.Local;
using SpanRelay.Local.Host.Worker;
using SpanRelay.Tests.Rotation;

namespace SpanRelay.Tests.Local.Host.Worker;

public sealed class WorkerProcessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)] // It may not have been guarded yet.
    public async Task TheGuardEndsAChildWhenItsParentIsKilled(bool waitsForChild)
    {
        using var deadline = new Deadline();
        Assert.SkipUnless(ParentGuard.IsSupported, "This system has no setpriv.");
        // The shell is the parent. It prints its child's id and waits.
        var guard = ParentGuard.Prefix("$$").Select(part => part == "$$" ? part : $"'{part}'");
        var script = $"{string.Join(' ', guard)} sleep 300 & echo $!; wait";
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync(deadline.Token))!, System.Globalization.CultureInfo.InvariantCulture);
        if (waitsForChild)
        {
            while (!(await File.ReadAllTextAsync($"/proc/{child}/cmdline", deadline.Token)).StartsWith("sleep", StringComparison.Ordinal))
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        }

        parent.Kill();

        await Processes.WhenGoneAsync(child, deadline.Token);
    }

    [Fact]
    public async Task TheWorkerOutlivesTheTaskThatStartedIt()
    {
        using var deadline = new Deadline();
        await using var running = new RunningHost();
        // The guard ends a worker with the thread that started it: that must not be one of a pool, or a caller's.
        var starting = new Thread(() => running.StartAsync(deadline.Token).GetAwaiter().GetResult());
        starting.Start();
        while (running.Host is null) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, deadline.Token);
        starting.Join();
        var worker = running.Host.ProcessId;

        running.Tell("pid");
        await running.Host.WhenIdleAsync(deadline.Token);

        Assert.Equal($"{worker}", Assert.Single(Assert.Single(running.Outcomes).Logs));
    }

    [Fact]
    public void SettingsOfOtherRunsAreNotInherited()
    {
        var settings = new Dictionary<string, string> { ["EVENTHUB_NAME"] = "spans" };
        Environment.SetEnvironmentVariable("Dynatrace__ApiToken", "of another run");
        try
        {
            var command = WorkerCommand.Create(new WorkerStart("/app/Some.dll", settings, new Uri("http://127.0.0.1:4711/"), "worker-1"));

            Assert.False(command.Environment.ContainsKey("Dynatrace__ApiToken"));
            Assert.Equal("spans", command.Environment["EVENTHUB_NAME"]);
            Assert.Equal("/app", command.Environment["FUNCTIONS_WORKER_DIRECTORY"]);
            Assert.Equal("dotnet-isolated", command.Environment["FUNCTIONS_WORKER_RUNTIME"]);
            Assert.Equal("/app", command.WorkingDirectory);
            Assert.Equal(
                ["--functions-uri", "http://127.0.0.1:4711/", "--functions-worker-id", "worker-1", "--functions-request-id"],
                command.ArgumentList.SkipWhile(argument => argument != "--functions-uri").Take(5));
        }
        finally
        {
            Environment.SetEnvironmentVariable("Dynatrace__ApiToken", null);
        }
    }

    [Fact]
    public async Task AFolderWithoutTheWorkerIsNamed()
    {
        var folder = Directory.CreateTempSubdirectory("spanrelay-host-");
        await using var running = new RunningHost { AppFolder = folder.FullName };

        var failure = await Assert.ThrowsAsync<LocalSystemException>(() => running.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal($"The function app's worker SpanRelay.TestWorker.dll is not in {folder.FullName}. Build the function app first.", failure.Message);
        folder.Delete();
    }
}
