using System.Globalization;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Finds out which sandbox a request is for.</summary>
internal static class AddressReader
{
    public const string IdHeader = "E2b-Sandbox-Id";
    public const string PortHeader = "E2b-Sandbox-Port";

    /// <summary>The sandbox and port named by host name or headers, or null where the request names none; a bad name is a 400.</summary>
    public static SandboxAddress? Read(HttpRequest request) => FromHost(request.Host.Host) ?? FromHeaders(request.Headers);

    /// <summary>Reads <c>port-id.domain</c>.</summary>
    public static SandboxAddress? FromHost(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        var dash = host.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1 || dot < dash || host.AsSpan(0, dash).ContainsAnyExceptInRange('0', '9'))
            return null;
        var label = host[(dash + 1)..dot];
        var end = label.IndexOf('-', StringComparison.Ordinal);
        return Checked(end < 0 ? label : label[..end], host[..dash]);
    }

    private static SandboxAddress? FromHeaders(IHeaderDictionary headers)
    {
        var id = headers[IdHeader].ToString();
        var port = headers[PortHeader].ToString();
        return id.Length == 0 && port.Length == 0 ? null : Checked(id, port);
    }

    private static SandboxAddress Checked(string id, string port)
    {
        if (id.Length is 0 or > 64 || id.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))))
            throw new E2bHttpException(400, "Invalid sandbox ID");
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? new SandboxAddress(id, number)
            : throw new E2bHttpException(400, "Invalid sandbox port");
    }
}
