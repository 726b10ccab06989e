using System.CommandLine;
using System.Globalization;

namespace SpanRelay.Cli;

/// <summary>What options of several commands have in common.</summary>
internal static class Options
{
    /// <summary>An option that takes a whole number, and says so by its name.</summary>
    public static Option<int> Number(string name, string description, int byDefault, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a whole number from {min} to {max}."));
            return number;
        },
    };

    /// <summary>The local system to look at, for commands that find the last one by themselves.</summary>
    public static Option<string?> Data() => new("--data")
    {
        Description = "The data folder of a local system (spanrelay run --data). Default: what the environment names, else the running local system, else the last one.",
        HelpName = "folder",
    };

    /// <summary>Makes every command below refuse values that are empty, which no file, folder, name or address is, and options that are none.</summary>
    public static void RefuseEmptyValues(Command command)
    {
        foreach (var option in command.Options)
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                    result.AddError($"{option.Name} takes a value that is not empty.");
            });
        }

        foreach (var argument in command.Arguments)
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
                    result.AddError($"{argument.Name} takes a value that is not empty.");
                foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
                    result.AddError($"Unrecognized option '{token.Value}'. A file of that name is ./{token.Value}.");
            });
        }

        foreach (var below in command.Subcommands)
            RefuseEmptyValues(below);
    }
}
