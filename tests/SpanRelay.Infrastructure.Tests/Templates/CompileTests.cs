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

    /// <summary>What the one compiles, the other may warn about: azd brings either, or one between them.</summary>
    [Theory]
    [InlineData("build", "--stdout")]
    [InlineData("lint")]
    public async Task TheOldestCompilerHasNoWarningEither(string command, params string[] options)
    {
        var result = await BicepCompiler.RunOldestAsync([command, Repository.PathOf("infra/main.bicep"), .. options]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Errors);
    }

    [Fact]
    public async Task WithoutADynatraceEnvironmentNothingIsDeployed()
    {
        using var copy = new InfrastructureCopy();
        copy.Change("tests/SpanRelay.Infrastructure.Tests/Snapshots/default.bicepparam", "param dynatraceEnvironment = 'abc12345'", "");

        var result = await BicepCompiler.RunAsync("snapshot", copy.PathOf("tests/SpanRelay.Infrastructure.Tests/Snapshots/default.bicepparam"), "--mode", "overwrite");

        Assert.Contains("dynatraceEnvironment is missing", result.All + await copy.ReadSnapshotAsync("default"), StringComparison.Ordinal);
    }

    /// <summary>What only Azure knows would fail after minutes; a wrong union fails in the compiler, and in Azure before anything is created.</summary>
    [Theory]
    [InlineData("partitions: 100", "partitions: 101")]
    [InlineData("units: 16", "units: 15")]
    [InlineData("sku: 'Premium'", "sku: 'Standard'")]
    [InlineData("location = 'westeurope'", "location = 'mars'")]
    public async Task ALimitOfAzureIsALimitOfTheTemplates(string sound, string mistaken)
    {
        using var copy = new InfrastructureCopy();
        const string Parameters = "tests/SpanRelay.Infrastructure.Tests/Snapshots/hardened.bicepparam";
        copy.Change(Parameters, sound, mistaken);

        var result = await BicepCompiler.RunAsync("build-params", copy.PathOf(Parameters), "--stdout");

        Assert.True(result.ExitCode != 0 || result.Errors.Length > 0, result.All);
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
