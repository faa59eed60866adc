using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Lifts the server's limits on body size and speed: sandbox traffic is streamed, and may be as large and as slow as it likes.</summary>
internal static class RequestLimits
{
    public static void Lift(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } input)
            input.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } output)
            output.MinDataRate = null;
    }
}
