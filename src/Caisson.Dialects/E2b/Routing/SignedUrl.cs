using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>The signature of a file URL, which stands in for the access token.</summary>
/// <param name="Path">The path as the query has it.</param>
/// <param name="Operation">read or write.</param>
/// <param name="User">The user as the query has it, or empty.</param>
/// <param name="Expiration">The text of the Unix time after which it is no good, or empty.</param>
/// <param name="Signature">What was given.</param>
internal sealed record SignedUrl(string Path, string Operation, string User, string Expiration, string Signature)
{
    public static SignedUrl Read(HttpRequest request)
    {
        var query = request.Query;
        return new SignedUrl(
            query["path"].ToString(),
            HttpMethods.IsPost(request.Method) ? "write" : "read",
            query["username"].ToString(),
            query["signature_expiration"].ToString(),
            query["signature"].ToString());
    }

    /// <summary>What a holder of the token would have signed with.</summary>
    public string Expected(string token)
    {
        var text = $"{Path}:{Operation}:{User}:{token}" + (Expiration.Length == 0 ? "" : ":" + Expiration);
        return "v1_" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text))).TrimEnd('=');
    }

    public bool IsBy(string token) => AccessTokens.Match(Signature, Expected(token));

    public bool IsExpired(DateTimeOffset now) =>
        Expiration.Length > 0
        && !(long.TryParse(Expiration, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var until) && now.ToUnixTimeSeconds() <= until);
}
