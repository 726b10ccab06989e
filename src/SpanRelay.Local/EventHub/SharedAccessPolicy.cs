namespace SpanRelay.Local.EventHub;

/// <summary>The only policy of the hub. A credential: not for logs.</summary>
internal sealed class SharedAccessPolicy(string name, string key)
{
    public string Name => name;

    public string Key => key;
}
