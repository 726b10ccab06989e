namespace SpanRelay.Tests.Redaction.Detectors.Corpus;

internal static class AuthorizationCorpus
{
    public const string Found =
        """
        Authorization: Bearer «‹a40›»
        authorization: bearer «‹a20›»
        AUTHORIZATION: BEARER «‹h32›»
        Bearer «‹a32›», then
        Bearer «‹w43›»
        Bearer   «‹a32›»
        Bearer%20«‹a32›»
        bearer «123e4567-e89b-12d3-a456-426614174000»
        {"h":"Bearer «‹a32›»"}
        \nBearer «‹a32›»\n
        \"Bearer «‹a32›»\"
        curl -H 'Authorization: Bearer «‹a32›»' https://example.com
        Bearer «‹a16›\u002B‹a16›\/‹a16›=»
        Bearer «‹a20›+‹a20›/‹a3›==».
        (Bearer «‹a24›9»)
        Authorization: Bearer «abcdef»
        "authorization":"Bearer «sk-1234»"
        \"Authorization\": \"Bearer «secret»\"
        Authorization=Bearer «hunter2»
        -H "Authorization: Bearer «changeme»"
        Proxy-Authorization: Bearer «‹a32›»

        # user:pass, aladdin:opensesame, api:‹a key›
        Authorization: Basic «dXNlcjpwYXNz»
        Basic «YWxhZGRpbjpvcGVuc2VzYW1l»
        basic «YWxhZGRpbjpvcGVuc2VzYW1l»
        BASIC «YWxhZGRpbjpvcGVuc2VzYW1l»,
        Basic «dXNlcjpwYXNzd29yZA==»
        Basic «dXNlcjpwYXNzd29yZA»
        Basic «dXNlcjpwYXNzd29yZA\u003d\u003d»
        {"h":"Basic «dXNlcjpwYXNz»"}
        \nBasic «dXNlcjpwYXNz»\n
        (Basic «dXNlcjpwYXNz»)
        Basic «YXBpOmtleS0wMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg==»
        Basic%20«dXNlcjpwYXNz»
        Basic «dXNlcjpww6Rzc3c»
        Proxy-Authorization: Basic «dXNlcjpwYXNz».
        """;

    public const string NotFound =
        """
        the bearer of bad news
        bearer of responsibilities
        Bearer token
        Bearer tokens are opaque strings
        bearer authentication-scheme-of-the-web
        Bearer <token>
        Bearer ${TOKEN}
        Bearer {{access_token}}
        Bearer [jwt]
        Bearer $ACCESS_TOKEN
        Bearer ...
        Bearer: none
        Bearer,
        Bearer
        bearer bond, bearer share, bearer cheque
        Bearer AuthenticationHandler
        Bearer AuthenticationMiddlewareExtensions
        Bearer YOUR_ACCESS_TOKEN_HERE
        Bearer your-access-token-goes-here
        forbearer ‹a32›
        standardbearer ‹a32›
        Bearer‹a32›
        Bearer_‹a32›
        basic income
        basic understanding of the matter
        Basic Authentication is discouraged
        basic responsibilities
        Basic auth
        Basic usage: see below
        basics ‹a32›
        visual basic programming
        BASIC was designed in 1964
        the basic arithmetic operations
        basic requirements
        Basic
        Basic <credentials>
        aerobasic dXNlcjpwYXNz
        """;
}
