using SpanRelay.DeadLetters;
using SpanRelay.Diagnosis;
using SpanRelay.Dynatrace;
using SpanRelay.Tokens;

namespace SpanRelay.Doctor;

/// <summary>Names what was found as the record of a dead letter would.</summary>
internal static class Causes
{
    /// <summary>What the relay would write for a request with this response.</summary>
    public static DeadLetter LetterOf(Response response, string endpoint, DateTimeOffset now) => new()
    {
        Id = LetterBlob.CreateId(DateOnly.FromDateTime(now.UtcDateTime), "doctor"),
        At = now,
        Response = response,
        Endpoint = endpoint,
    };

    /// <summary>For a request that was never answered: nothing has to be asked.</summary>
    public static Cause Of(Response response, string endpoint, DateTimeOffset now) =>
        CauseFinder.Find(LetterOf(response, endpoint, now), default, Findings.None, now);

    public static Cause Of(TokenVaultException failure, DateTimeOffset now) => Of(failure.Failure, now);

    public static Cause Of(VaultFailure failure, DateTimeOffset now) =>
        Of(new Response { Outcome = Outcome.RetryLater, Failure = FailureKind.NoToken, Vault = failure }, "", now);
}
