using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal static class InBody
{
    public static string Build() => new Roof().ToString()!;
}
