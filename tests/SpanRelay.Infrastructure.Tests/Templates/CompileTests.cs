namespace SpanRelay.Infrastructure.Tests.Templates;

public sealed class CompileTests
{
    [Theory]
    [InlineData("build", "--stdout")]
    [InlineData("lint")]
    public async Task TheTemplatesCompileWithoutAWarning(string command, params string[] options)
    {
        var result = await BicepCompiler.RunAsync([command, Repository.PathOf("infra/main.bicep"), .. options]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Errors);
    }

    [Fact]
    public async Task TheParametersCompileWithAnEnvironmentThatHasOnlyWhatIsAskedFor()
    {
        var start = new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"exec \"$0\" build-params '{Repository.PathOf("infra/main.bicepparam")}' --stdout", Repository.Metadata("BicepCompiler") ?? "bicep"]);
        Assert.SkipUnless(BicepCompiler.IsThere && !OperatingSystem.IsWindows(), BicepCompiler.WhyNone);
        start.Environment["AZURE_ENV_NAME"] = "dev";
        start.Environment["AZURE_LOCATION"] = "westeurope";
        start.Environment["DYNATRACE_ENVIRONMENT"] = "abc12345";

        var result = await RunningProgram.RunAsync(start, "");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Errors);
    }

    [Theory]
    [InlineData("infra/main.bicep", "\noutput TOKEN string = dynatraceToken\n", "outputs-should-not-contain-secrets")]
    [InlineData("infra/modules/storage.bicep", "\nparam forgotten string = ''\n", "no-unused-params")]
    public async Task AMistakeIsAnErrorOfTheLinter(string file, string mistake, string rule)
    {
        using var copy = new InfrastructureCopy();
        await File.AppendAllTextAsync(copy.PathOf(file), mistake, TestContext.Current.CancellationToken);

        var result = await BicepCompiler.RunAsync("lint", copy.PathOf("infra/main.bicep"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"Error {rule}", result.All, StringComparison.Ordinal);
    }
}
