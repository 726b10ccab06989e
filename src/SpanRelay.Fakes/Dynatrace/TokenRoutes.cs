using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SpanRelay.Dynatrace;

namespace SpanRelay.Fakes.Dynatrace;

/// <summary>The access tokens API: create, list, look up and delete.</summary>
internal sealed partial class TokenRoutes(TokenStore tokens, TimeProvider time)
{
    private const string WriteScope = "apiTokens.write";
    private const string ReadScope = "apiTokens.read";

    public static bool IsFor(string path) => TokensPath().IsMatch(path);

    public DynatraceReply Response(IngestRequest request)
    {
        var rest = TokensPath().Match(request.Path).Groups["rest"].Value.TrimStart('/');
        var needed = (request.Method, rest) switch
        {
            ("POST", "lookup") => null,
            ("GET", _) => ReadScope,
            _ => WriteScope,
        };
        if (tokens.Check(request.Header("Authorization"), _ => needed) is { } refused)
            return refused;
        try
        {
            return (request.Method, rest) switch
            {
                ("POST", "lookup") => LookUp(Text(request, "token")),
                ("POST", "") => Create(request),
                ("GET", "") => List(),
                ("DELETE", not "") => tokens.Delete(Uri.UnescapeDataString(rest)) ? new DynatraceReply(204, "", default) : Unknown(),
                _ => DynatraceReply.Error(405, "HTTP method not allowed"),
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return DynatraceReply.Error(400, "The body is not valid.");
        }
    }

    private DynatraceReply LookUp(string value) => tokens.Find(value) is not { } found
        ? Unknown()
        : Json(200, new
        {
            id = found.Id,
            name = found.Name,
            enabled = found.IsEnabled,
            personalAccessToken = found.IsPersonal,
            owner = "local",
            creationDate = Iso(found.Created),
            expirationDate = found.Expires is { } expires ? Iso(expires) : null,
            scopes = found.Token.Scopes,
        });

    private DynatraceReply Create(IngestRequest request)
    {
        using var json = JsonDocument.Parse(request.Compressed.Bytes);
        var scopes = json.RootElement.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!).ToArray();
        var name = json.RootElement.GetProperty("name").GetString()!;
        if (scopes.Length == 0 || name.Length == 0)
            return DynatraceReply.Error(400, "Constraints violated.");
        var created = DynatraceToken.CreateClassic(scopes);
        var expires = json.RootElement.TryGetProperty("expirationDate", out var date)
            ? DateTimeOffset.Parse(date.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : (DateTimeOffset?)null;
        if (expires <= time.GetUtcNow())
            return DynatraceReply.Error(400, "The expiration date lies in the past.");
        tokens.Add(created, name, expires);
        var known = tokens.Find(created.Value)!;
        return Json(201, new { id = known.Id, token = created.Value, expirationDate = expires is { } on ? Iso(on) : null });
    }

    private DynatraceReply List() => Json(200, new
    {
        totalCount = tokens.Valid.Count,
        apiTokens = tokens.Valid.Select(token => new { id = token.Id, name = token.Name, enabled = true, owner = "local", creationDate = Iso(token.Created) }),
    });

    private static string Text(IngestRequest request, string property)
    {
        using var json = JsonDocument.Parse(request.Compressed.Bytes);
        return json.RootElement.GetProperty(property).GetString()!;
    }

    private static DynatraceReply Unknown() => DynatraceReply.Error(404, "Token does not exist.");

    private static DynatraceReply Json<T>(int status, T body) => new(status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(body));

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("^(/e/[^/]+)?/api/v2/apiTokens(?<rest>/[^/]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex TokensPath();
}
