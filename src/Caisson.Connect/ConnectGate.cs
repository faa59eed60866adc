using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Caisson.Connect;

/// <summary>Refuses requests that do not speak the protocol.</summary>
internal static class ConnectGate
{
    /// <summary>Answers 405 or 415 and returns false where the request is not even a call.</summary>
    public static bool TryEnter(HttpContext http, string mediaType)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;
            return false;
        }

        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        http.Response.Headers["Accept-Post"] = mediaType;
        return false;
    }

    /// <summary>Throws where the call asks for a version or a compression that is not served.</summary>
    public static void CheckTerms(HttpContext http, string encodingHeader)
    {
        var headers = http.Request.Headers;
        var version = headers[ConnectHeaders.Version].ToString();
        if (version is not ("" or "1"))
            throw new ConnectException(ConnectCode.InvalidArgument, $"Connect-Protocol-Version must be \"1\", not \"{version}\"");
        var encoding = headers[encodingHeader].ToString();
        if (!(encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new ConnectException(ConnectCode.Unimplemented, $"compression \"{encoding}\" is not supported; send messages uncompressed (identity)");
    }
}
