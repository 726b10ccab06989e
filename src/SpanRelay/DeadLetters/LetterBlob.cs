using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SpanRelay.DeadLetters;

/// <summary>
/// A blob of a dead letter. The id starts with the day that the letter is stored under, so that the id alone finds its blobs:
/// the record of <c>20261104-3-41-0f1e</c> is <c>2026/11/04/3-41-0f1e.json</c>.
/// </summary>
internal readonly record struct LetterBlob(string Id, string Ending)
{
    public const string Record = ".json";
    public const string RedactedPayload = ".otlp.gz";
    public const string RawPayload = ".bin";

    private const int MaxIdLength = 200;
    private const int DayLength = 8;

    private static readonly string[] Endings = [Record, RedactedPayload, RawPayload];

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{FolderOf(DayOf(Id)!.Value)}{Id[(DayLength + 1)..]}{Ending}");

    /// <summary>Raw bytes are in the quarantine and nowhere else.</summary>
    public string Container => Ending == RawPayload ? DeadLetterStorage.QuarantineContainer : DeadLetterStorage.LettersContainer;

    public static LetterBlob PayloadOf(string id, bool isQuarantined) => new(id, isQuarantined ? RawPayload : RedactedPayload);

    public static string CreateId(DateOnly day, string rest) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyyMMdd}-{rest}");

    /// <summary>Ids come from queue messages and from people: anything else must not become part of a blob's name.</summary>
    public static bool IsId([NotNullWhen(true)] string? id) =>
        id?.Length is > DayLength + 1 and <= MaxIdLength && id[DayLength] == '-' && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && DayOf(id) is not null;

    /// <returns>Null for a blob that is not a dead letter's.</returns>
    public static LetterBlob? Parse(string name)
    {
        var ending = Endings.FirstOrDefault(each => name.EndsWith(each, StringComparison.Ordinal));
        if (ending is null || ParseFolder(name) is not { } day)
            return null;

        var id = CreateId(day, name[FolderOf(day).Length..^ending.Length]);
        return IsId(id) ? new LetterBlob(id, ending) : null;
    }

    public static string FolderOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy'/'MM'/'dd'/'}");

    /// <returns>The day whose folder a name starts with.</returns>
    public static DateOnly? ParseFolder(string name) =>
        name.Length > 10 && name[10] == '/' ? Day(name.AsSpan(0, 10), "yyyy'/'MM'/'dd") : null;

    /// <summary>Container and name.</summary>
    public override string ToString() => $"{Container}/{Name}";

    private static DateOnly? DayOf(string id) => Day(id.AsSpan(0, DayLength), "yyyyMMdd");

    private static DateOnly? Day(ReadOnlySpan<char> text, string format) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
