namespace SpanRelay.Redaction.Detectors;

/// <summary>All detectors. When two find the same bytes, the one listed first wins.</summary>
internal static class DetectorCatalog
{
    public static IReadOnlyList<Detector> All { get; } =
    [
        new NamedSecretDetector(), // first, so that a named secret has one replacement, whatever else it looks like
        new CredentialsDetector(),
        new JwtDetector(),
        new AuthorizationDetector(),
        new PrivateKeyDetector(),
        new CreditCardDetector(),
        new IbanDetector(),
        new EmailDetector(),
        new UsSsnDetector(),
        new PhoneDetector(),
        new IPv4Detector(),
        new IPv6Detector(),
    ];
}
