using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace SpanRelay.Cli;

/// <summary>The library's help, under the command's own name instead of the file's that runs, and with examples.</summary>
internal sealed partial class CommandHelp(SynchronousCommandLineAction library) : SynchronousCommandLineAction
{
    private const string Name = "spanrelay";

    private static readonly ILookup<string, string> Examples = new[]
    {
        ("", "run"),
        ("", "run --fault expired-token"),
        ("", "doctor --canary"),
        ("run", "run --once"),
        ("run", "run --dynatrace abc12345"),
        ("run", "run --set Redaction__Policy=/etc/spanrelay/redaction.json"),
        ("doctor", "doctor --canary"),
        ("doctor", "doctor --settings local.settings.json --output json"),
        ("top", "top"),
        ("top", "top --settings local.settings.json --interval 10"),
        ("top", "top --once --output json"),
        ("tap", "tap"),
        ("tap", "tap --service tfy-llm-gateway --attribute gen_ai.request.model=gpt-4o*"),
        ("tap", "tap --trace 4bf92f3577b34da6a3ce929d0e0e4736 --since 1h --once --attributes"),
        ("redact", "redact --policy redaction.json traces.json"),
        ("redact", "redact --test cases --policy redaction.json"),
        ("ai-check", "ai-check traces.json"),
        ("dead-letters", "dead-letters list --since 2h"),
        ("dead-letters list", "dead-letters list --since 2h --cause token-expired"),
        ("dead-letters show", "dead-letters show"),
        ("dead-letters replay", "dead-letters replay --cause token-expired"),
        ("dead-letters replay", "dead-letters replay --to https://collector.example.com/v1/traces"),
        ("dead-letters export", "dead-letters export --since 1d --folder letters"),
        ("dead-letters purge", "dead-letters purge --older-than 14d"),
        ("token", "token rotate"),
        ("token rotate", "token rotate --no-wait"),
        ("sas", "sas --namespace evhns-prod --hub spans --days 90"),
        ("connect", "connect --key"),
        ("send", "send traces.json"),
        ("send", "send --to ingest --rate 1000 --seconds 60"),
        ("send", "send --to https://app.azurewebsites.net/v1/traces folder"),
        ("completion", "completion bash"),
    }.ToLookup(each => each.Item1, each => each.Item2);

    public override bool ClearsParseErrors => library.ClearsParseErrors;

    /// <summary>Gives all commands below this help.</summary>
    public static void Use(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new CommandHelp((SynchronousCommandLineAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        library.Invoke(parseResult);
        configuration.Output = output;

        var help = text.ToString().Replace($"  {RootCommand.ExecutableName} ", $"  {Name} ", StringComparison.Ordinal);
        output.Write(DefaultSaidTwice.Replace(help, "$1").TrimEnd());
        output.WriteLine();
        var examples = Examples[CommandRun.Path(parseResult.CommandResult).TrimEnd()].ToList();
        if (examples.Count > 0)
            output.WriteLine($"{output.NewLine}Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {Name} {example}");
        return 0;
    }

    /// <summary>The library adds a default to a description that says it.</summary>
    [GeneratedRegex(@"(Default: ([^ ]+)\.) \[default: \2\]")]
    private static partial Regex DefaultSaidTwice { get; }
}
