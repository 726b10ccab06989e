using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace SpanRelay.Cli.Page;

/// <summary>
/// Who may see the page. It shows prompts, and every user of the machine reaches its port: the key in the printed address becomes a
/// cookie, which each request needs.
/// </summary>
internal sealed class PageAccess
{
    private readonly byte[] _key = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>A credential.</summary>
    public string Key => Encoding.ASCII.GetString(_key);

    /// <summary>Sets the headers that every answer has.</summary>
    /// <returns>The status that refuses the request; null to answer it.</returns>
    public int? Check(HttpContext context)
    {
        SetHeaders(context.Response.Headers);
        var request = context.Request;
        var port = context.Connection.LocalPort;

        // A name that a foreign site made point here (DNS rebinding) is none of these.
        if (request.Host.Port != port || request.Host.Host is not ("127.0.0.1" or "localhost"))
            return StatusCodes.Status400BadRequest;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsPost(request.Method))
            return StatusCodes.Status405MethodNotAllowed;
        if (HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Query.TryGetValue("key", out var key))
            return IsKey(key.ToString()) ? null : StatusCodes.Status403Forbidden;
        if (!IsKey(request.Cookies[CookieName(port)] ?? ""))
            return StatusCodes.Status403Forbidden;
        return HttpMethods.IsGet(request.Method) || request.Headers.Origin == $"http://{request.Host}" ? null : StatusCodes.Status403Forbidden;
    }

    /// <summary>For as long as the browser runs. Cookies know no ports: the name tells two runs apart.</summary>
    public void Admit(HttpContext context) => context.Response.Cookies.Append(
        CookieName(context.Connection.LocalPort), Key, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });

    private bool IsKey(string given) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _key);

    private static string CookieName(int port) => $"spanrelay-{port}";

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin"; // With no-referrer, a form would be sent with the origin null.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
