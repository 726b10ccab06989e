using System.Net;
using SpanRelay.Deploy;

namespace SpanRelay.Infrastructure.Tests.Hooks;

public sealed class PostprovisionTests : IDisposable
{
    private readonly StubbedAzd _azd = new();
    private readonly TemporaryFolder _repository = new();
    private readonly Azure _azure = new();

    public PostprovisionTests()
    {
        Directory.CreateDirectory(_repository.PathOf("infra"));
        File.Copy(Repository.PathOf("infra/main.parameters.json"), _repository.PathOf("infra/main.parameters.json"));
        _azd.SignIn();
    }

    public void Dispose()
    {
        _azd.Dispose();
        _repository.Dispose();
    }

    [Fact]
    public async Task APolicyOfNoSenderIsNamedAndLeftAlone()
    {
        var output = await RunAsync("messages");

        Assert.Contains("The policy \"old\" is not in SENDERS, and its keys are still valid.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"shop\"", output, StringComparison.Ordinal);
        Assert.Equal(["DELETE /ns/authorizationRules/RootManageSharedAccessKey", "GET /ns/eventhubs/spans/authorizationRules"], _azure.Calls);
    }

    [Theory]
    [InlineData("ingest")]
    [InlineData("none")]
    public async Task WhereNoKeysAreTakenNothingIsAskedAboutThem(string doors)
    {
        Assert.DoesNotContain("keys", await RunAsync(doors), StringComparison.Ordinal);
        Assert.Empty(_azure.Calls);
    }

    private async Task<string> RunAsync(string doors)
    {
        var settings = new Dictionary<string, string>
        {
            ["AZURE_ENV_NAME"] = "prod",
            ["DOORS"] = doors,
            ["SENDERS"] = """["Shop"]""",
            ["EVENTHUB_NAMESPACE_ID"] = "/ns",
            ["EVENTHUB_NAME"] = "spans",
        };
        using var output = new StringWriter();
        using var http = new HttpClient(_azure);
        var project = new AzdProject(_repository.PathOf(""), settings, new Azd(_azd.Folder, Path.Combine(_azd.Folder, "azd")));
        Assert.Equal(0, await new Postprovision(project, output, http).RunAsync());
        return output.ToString();
    }

    private sealed class Azure : HttpMessageHandler
    {
        public List<string> Calls { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"value":[{"name":"shop"},{"name":"old"}]}""") });
        }
    }
}
