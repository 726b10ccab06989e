using SpanRelay.Diagnosis;

namespace SpanRelay.Doctor;

/// <summary>One line of the doctor's report. All texts are one line each, without secrets.</summary>
public sealed record CheckResult
{
    private const int MaxText = 1_200;

    /// <summary>What was looked at, such as "token".</summary>
    public required string Check { get; init; }

    public required CheckMark Mark { get; init; }

    /// <summary>What was found.</summary>
    public required string Found { get; init; }

    /// <summary>The code that the dead letters of this cause have (docs/troubleshooting.md); null where there is none.</summary>
    public string? Code { get; init; }

    /// <summary>What to do; null where nothing is to be done.</summary>
    public string? NextStep { get; init; }

    internal static CheckResult Ok(string check, string found) => Create(check, CheckMark.Ok, found, null, null);

    internal static CheckResult Skip(string check, string why) => Create(check, CheckMark.Skipped, why, null, null);

    internal static CheckResult Warn(string check, string found, string nextStep, string? code = null) => Create(check, CheckMark.Warning, found, code, nextStep);

    internal static CheckResult Fail(string check, string found, string nextStep, string? code = null) => Create(check, CheckMark.Failure, found, code, nextStep);

    /// <param name="evidence">What shows it.</param>
    internal static CheckResult Of(Cause cause, string check, string evidence, CheckMark mark = CheckMark.Failure) =>
        Create(check, mark, $"{cause.Title}. {evidence}".TrimEnd(), cause.Code, cause.Remedy);

    private static CheckResult Create(string check, CheckMark mark, string found, string? code, string? nextStep) => new()
    {
        Check = check,
        Mark = mark,
        Found = OneLine.From(found, MaxText),
        Code = code,
        NextStep = nextStep is null ? null : OneLine.From(nextStep, MaxText),
    };
}
