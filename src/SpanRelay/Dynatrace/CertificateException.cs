using System.Security.Authentication;

namespace SpanRelay.Dynatrace;

/// <summary>The server's certificate is refused; the message says what is wrong with it, and what to do.</summary>
internal sealed class CertificateException(FailureKind kind, string message) : AuthenticationException(message)
{
    public FailureKind Kind => kind;
}
