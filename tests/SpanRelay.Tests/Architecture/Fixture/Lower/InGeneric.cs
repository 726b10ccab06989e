using SpanRelay.Tests.Architecture.Fixture.Upper;

namespace SpanRelay.Tests.Architecture.Fixture.Lower;

internal sealed class InGeneric : List<Dictionary<string, Roof>>;
