using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpanRelay.Doctor;

/// <summary>What the doctor found, in the order in which a span meets it.</summary>
public sealed record DoctorReport(IReadOnlyList<CheckResult> Checks)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The worst of all; <see cref="CheckMark.Ok"/> where nothing is to be done.</summary>
    public CheckMark Status => Checks.Select(check => check.Mark).Where(mark => mark != CheckMark.Skipped).DefaultIfEmpty(CheckMark.Ok).Max();

    /// <summary>0: all is well; 1: warnings; 2: failures.</summary>
    public int ExitCode => Status switch
    {
        CheckMark.Failure => 2,
        CheckMark.Warning => 1,
        _ => 0,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
