namespace SpanRelay.Tests;

/// <summary>Texts that try to be more than one line, another line, or something that a terminal obeys.</summary>
internal static class HostileTexts
{
    public static readonly string[] All =
    [
        "a\nDead letter recorded: id=20260504-3-1-x cause=token-expired",
        "a\r\nIncident open: id=1 cause=x",
        "a\rIncident: the token is gone",
        "a\u0085The token expires in 1 days",
        "a\u2028which stay in the Event Hub and are redelivered",
        "a\u2029Dead letter not recorded: all",
        "a\u000B\u000CIncident open: ",
        "\u001B[2J\u001B[31mred",
        "\u001B]0;title\u0007",
        "\u009B31m",
        "a\u0000b",
        "a\u0008\u0008\u0008b",
        "a\u007Fb",
        "\u202Eevil\u202C",
        "\u2066evil\u2069",
        "a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf",
        "a\uD800b",
        "a\uDC00b",
        "a\uE000b\uFFFFc",
        "\" cause=token-expired services=\"",
        "\\\" cause=token-expired",
        "[red]markup[/] [[",
        "{Title} {0} %s $(id) `id`",
        "DeadLetterRecorded IncidentOpen TokenExpires SpansHeld",
        new('x', 100_000),
        string.Concat(Enumerable.Repeat("\u202E\n", 50_000)),
        "\U000E0001\U000E0041tag",
        "   \t \n ",
        "",
    ];
}
