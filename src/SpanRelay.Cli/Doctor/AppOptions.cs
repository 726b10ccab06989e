using System.CommandLine;

namespace SpanRelay.Cli.Doctor;

/// <summary>The options that say which app a command looks at.</summary>
/// <param name="purpose">What the command does with its settings.</param>
internal sealed class AppOptions(string purpose)
{
    private readonly Option<string?> _file = new("--settings")
    {
        Description = $"{purpose} with the settings in this file: local.settings.json, JSON of names and values, or lines of NAME=value. Default: the environment, else the running local system.",
        HelpName = "file",
    };

    private readonly Option<string?> _environment = new("--environment")
    {
        Description = $"{purpose} that azd deployed from this repository under this name, with your own login (az login, azd auth login).",
        HelpName = "name",
    };

    private readonly Option<string?> _data = Options.Data();

    public void AddTo(Command command)
    {
        Option[] all = [_file, _environment, _data];
        foreach (var option in all)
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (all.Count(option => result.GetResult(option) is not null) > 1)
                result.AddError("--settings, --environment and --data name one app each: give one of them.");
        });
    }

    /// <inheritdoc cref="DoctorSettings.Read"/>
    public Dictionary<string, string?> Read(ParseResult arguments) =>
        DoctorSettings.Read(arguments.GetValue(_file), arguments.GetValue(_environment), arguments.GetValue(_data));
}
