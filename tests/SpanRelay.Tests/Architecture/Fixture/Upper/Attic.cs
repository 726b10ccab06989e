namespace SpanRelay.Tests.Architecture.Fixture.Upper;

internal sealed class Attic : Roof;
