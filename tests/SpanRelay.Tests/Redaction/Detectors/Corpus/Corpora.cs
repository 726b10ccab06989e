using SpanRelay.Redaction.Detectors;

namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

/// <summary>For each detector, by its name: texts with what it finds in them, and texts that look like it but are not.</summary>
internal static class Corpora
{
    private static readonly Dictionary<string, (string Found, string NotFound)> ByDetector = new()
    {
        ["credentials"] = (CredentialsCorpus.Found, CredentialsCorpus.NotFound),
        ["jwt"] = (JwtCorpus.Found, JwtCorpus.NotFound),
        ["authorization"] = (AuthorizationCorpus.Found, AuthorizationCorpus.NotFound),
        ["privateKey"] = (PrivateKeyCorpus.Found, PrivateKeyCorpus.NotFound),
        ["namedSecret"] = (NamedSecretCorpus.Found, NamedSecretCorpus.NotFound),
        ["creditCard"] = (CreditCardCorpus.Found, CreditCardCorpus.NotFound),
        ["iban"] = (IbanCorpus.Found, IbanCorpus.NotFound),
        ["email"] = (EmailCorpus.Found, EmailCorpus.NotFound),
        ["usSsn"] = (UsSsnCorpus.Found, UsSsnCorpus.NotFound),
        ["phone"] = (PhoneCorpus.Found, PhoneCorpus.NotFound),
        ["ipv4"] = (IPv4Corpus.Found, IPv4Corpus.NotFound),
        ["ipv6"] = (IPv6Corpus.Found, IPv6Corpus.NotFound),
    };

    public static IReadOnlyList<LabelledText> Found(Detector detector) => [.. LabelledText.ReadAll(ByDetector[detector.Name].Found)];

    public static IReadOnlyList<LabelledText> NotFound(Detector detector) => [.. LabelledText.ReadAll(ByDetector[detector.Name].NotFound)];
}
