using System.Globalization;
using Azure.Storage.Blobs;

namespace SpanRelay.DeadLetters;

/// <summary>Where a letter's payload is: redacted and compressed among the letters, or as received in the quarantine.</summary>
internal readonly record struct PayloadPlace(string Container, string Blob)
{
    public const string RedactedEnding = ".otlp.gz";
    public const string RawEnding = ".bin";
    public const string RecordEnding = ".json";

    public static PayloadPlace From(DeadLetter letter) => letter.IsQuarantined
        ? new(DeadLetterStorage.QuarantineContainer, Name(letter, RawEnding))
        : new(DeadLetterStorage.LettersContainer, Name(letter, RedactedEnding));

    public static string QuarantinedOf(DeadLetter letter) => Name(letter, RawEnding);

    public static string RecordOf(DeadLetter letter) => Name(letter, RecordEnding);

    public BlobContainerClient In(DeadLetterStorage storage) =>
        Container == DeadLetterStorage.QuarantineContainer ? storage.Quarantine : storage.Letters;

    public override string ToString() => $"{Container}/{Blob}";

    private static string Name(DeadLetter letter, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{letter.Day:yyyy'/'MM'/'dd}/{letter.Id}{ending}");
}
