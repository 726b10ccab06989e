namespace SpanRelay.Infrastructure.Tests.Hooks;

/// <summary>A stand-in for azd that keeps an environment as azd does, and writes down what it is called with.</summary>
internal sealed class StubbedAzd : IDisposable
{
    // A value is in single quotes here, as the hooks write it.
    private const string Script = """
        #!/bin/sh
        STUB=$(dirname "$0")
        printf '%s\n' "azd $*" >>"$STUB/calls"
        case "$*" in
          'auth login --check-status'*) [ "${SIGNED_OUT:-}" ] || echo '{"status": "success"}' ;;
          'auth token'*) [ -e "$STUB/token" ] && cat "$STUB/token" ;;
          'env get-values --output json')
            printf '{'; sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/^\([A-Z_]*\)='\(.*\)'\$/\"\1\":\"\2\"/" "$STUB/environment" | paste -sd, -; printf '}' ;;
          'env set --file '*)
            ls -l "$4" >>"$STUB/files"; printf '%s\n' "$4" >>"$STUB/paths"
            while IFS= read -r line; do
              grep -v "^${line%%=*}=" "$STUB/environment" >"$STUB/rest"; printf '%s\n' "$line" >>"$STUB/rest"; mv "$STUB/rest" "$STUB/environment"
            done <"$4" ;;
          *) exit 1 ;;
        esac
        """;

    public StubbedAzd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for azd is a shell script.");
        Folder = Directory.CreateTempSubdirectory("spanrelay-azd").FullName;
        File.WriteAllText(Path.Combine(Folder, "environment"), "");
        var file = Path.Combine(Folder, "azd");
        File.WriteAllText(file, Script.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The folder for the PATH.</summary>
    public string Folder { get; }

    /// <summary>What azd was called with.</summary>
    public string Calls => ReadOrNothing("calls");

    /// <summary>The listing of the files that azd was given, as they were then.</summary>
    public string Files => ReadOrNothing("files");

    public IEnumerable<string> FilesLeft => ReadOrNothing("paths").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(File.Exists);

    /// <summary>azd's own file, in which a value may be set to nothing.</summary>
    public IReadOnlyDictionary<string, string> Values => ReadOrNothing("environment").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1][1..^1]);

    public void Set(string name, string value) => Write(Values.Where(each => each.Key != name).Append(KeyValuePair.Create(name, value)));

    public void Delete(IEnumerable<string> names) => Write(Values.Where(each => !names.Contains(each.Key)));

    /// <summary>From here on azd has a token for Azure.</summary>
    public void SignIn() => File.WriteAllText(Path.Combine(Folder, "token"), """{"token":"azure"}""");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(IEnumerable<KeyValuePair<string, string>> values) =>
        File.WriteAllText(Path.Combine(Folder, "environment"), string.Concat(values.Select(value => $"{value.Key}='{value.Value}'\n")));

    private string ReadOrNothing(string name)
    {
        var file = Path.Combine(Folder, name);
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
