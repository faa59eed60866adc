using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>Decides whether a request may touch the sandbox: by token, or for files by signature.</summary>
internal static class EnvdAccess
{
    public const string TokenHeader = "X-Access-Token";

    public const string SignatureMissing = "missing signature query parameter";

    public const string SignatureInvalid = "invalid signature";

    private const string Refused = "unauthorized access, please provide a valid access token or method signing if supported";

    public static void Check(EnvdCall call)
    {
        var request = call.Http.Request;
        if (request.Path == "/health")
            return;
        var expected = call.Sandbox.Info.AccessToken;
        var given = request.Headers[TokenHeader].ToString();
        if (given.Length > 0)
        {
            if (!AccessTokens.Match(given, expected))
                throw Unauthorized(Refused);
            return;
        }

        if (request.Path != "/files")
            throw Unauthorized(Refused);
        var url = SignedUrl.Read(request);
        if (url.Signature.Length == 0)
            throw Unauthorized(SignatureMissing);
        if (!url.IsBy(expected))
            throw Unauthorized(SignatureInvalid);
        if (url.IsExpired(call.Time.GetUtcNow()))
            throw Unauthorized("signature is already expired");
    }

    /// <summary>Whether a request carries the sandbox's token or a signature made with it.</summary>
    public static bool Carries(HttpContext http, SandboxInfo info, DateTimeOffset now)
    {
        if (http.Request.Headers[TokenHeader].ToString() is { Length: > 0 } given)
            return AccessTokens.Match(given, info.AccessToken);
        return http.Request.Path == "/files" && SignedUrl.Read(http.Request) is var url && url.IsBy(info.AccessToken) && !url.IsExpired(now);
    }

    private static E2bHttpException Unauthorized(string message) => new(401, message);
}
