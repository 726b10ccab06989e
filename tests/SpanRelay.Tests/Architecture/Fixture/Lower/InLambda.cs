using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal static class InLambda
{
    public static Func<int, object> Builder(int count) => more => count > more ? new Roof() : new object();
}
