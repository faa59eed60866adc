using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Passes a request on as it came, less what was meant for us.</summary>
internal sealed class PortTransformer(string? host) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Remove(AddressReader.IdHeader);
        proxyRequest.Headers.Remove(AddressReader.PortHeader);
        proxyRequest.Headers.Remove(TrafficTokens.Header);
        proxyRequest.Headers.Host = host ?? httpContext.Request.Host.Value;
    }
}
