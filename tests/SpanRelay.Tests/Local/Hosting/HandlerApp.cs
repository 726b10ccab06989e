using System.Text.Json;
using SpanRelay.Local;

namespace SpanRelay.Tests.Local.Hosting;

/// <summary>A function app in a folder of its own whose handler is a Node script that the test writes.</summary>
internal sealed class HandlerApp : IDisposable
{
    private const string Prologue = """
        const fs = require('fs');
        const invocations = [];
        function ok(res, ...logs) {
          res.setHeader('Content-Type', 'application/json');
          res.end(JSON.stringify({ Outputs: {}, Logs: logs.map(String), ReturnValue: null }));
        }
        """;

    private const string Epilogue = """
        const server = require('http').createServer((req, res) => {
          if (req.method === 'GET') { res.statusCode = 404; res.end(); return; }
          let text = '';
          req.on('data', part => text += part);
          req.on('end', () => {
            const body = JSON.parse(text);
            invocations.push(body);
            invoke(req, res, body, invocations.length);
          });
        });
        server.listen(process.env.FUNCTIONS_CUSTOMHANDLER_PORT, '127.0.0.1');
        """;

    private HandlerApp(string folder) => Folder = folder;

    public string Folder { get; }

    /// <param name="invoke">The body of <c>invoke(req, res, body, n)</c>, with n counted from 1 in each process.</param>
    /// <param name="retry">function.json's retry policy.</param>
    /// <param name="functionTimeout">As in host.json.</param>
    /// <param name="start">Run when the process starts.</param>
    /// <param name="maxEvents">Of a batch.</param>
    public static HandlerApp Create(
        string invoke, string? retry = null, string functionTimeout = "00:00:30", string start = "", int maxEvents = 10)
    {
        var app = new HandlerApp(Directory.CreateTempSubdirectory("spanrelay-").FullName);
        app.Write("handler.js", $"{Prologue}\n{start}\nfunction invoke(req, res, body, n) {{\n{invoke}\n}}\n{Epilogue}");
        app.Write("host.json", $$"""
            {
              // comments are allowed
              "version": "2.0",
              "functionTimeout": "{{functionTimeout}}",
              "customHandler": {
                "description": { "defaultExecutablePath": {{JsonSerializer.Serialize(Node())}}, "arguments": ["handler.js"] },
                "enableForwardingHttpRequest": true,
                "initializationTimeout": "00:00:20"
              },
              "extensions": { "eventHubs": { "maxEventBatchSize": {{maxEvents}} }, "http": { "routePrefix": "" }, "queues": { "maxDequeueCount": 3 } }
            }
            """);
        app.Write("Forward/function.json", $$"""
            {
              "bindings": [
                { "type": "eventHubTrigger", "direction": "in", "name": "events", "eventHubName": "%EVENTHUB_NAME%",
                  "connection": "EVENTHUB", "consumerGroup": "$Default", "cardinality": "many", "dataType": "binary" }
              ],
              "retry": {{retry ?? """{ "strategy": "fixedDelay", "maxRetryCount": -1, "delayInterval": "00:00:00.0100000" }"""}}
            }
            """);
        return app;
    }

    public void Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // Node itself is the executable: a script written a moment ago can be "busy" while another test starts a process.
    private static string Node()
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new LocalSystemException("Node is not on the PATH; the tests need it.");
    }
}
