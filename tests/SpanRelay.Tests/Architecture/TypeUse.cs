namespace SpanRelay.Tests.Architecture;

/// <summary>One outermost type names another anywhere: in a signature, a field, a method body, an attribute, a constraint.</summary>
internal readonly record struct TypeUse(string From, string To);
