using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Caisson.Core.Failures;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Passes requests on to services that listen inside sandboxes.</summary>
internal sealed class PortProxy : IDisposable
{
    private const string HostSuffix = ".sandbox.internal";

    private readonly ISandboxEngine _engine;
    private readonly IHttpForwarder _forwarder;
    private readonly ForwarderRequestConfig _terms;
    private readonly HttpMessageInvoker _client;

    public PortProxy(ISandboxEngine engine, IHttpForwarder forwarder, IOptions<E2bOptions> options)
    {
        _engine = engine;
        _forwarder = forwarder;
        _terms = new ForwarderRequestConfig { ActivityTimeout = options.Value.ProxyIdleTimeout, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };

        // The stream goes straight into a sandbox we made; there is no one in between, and the service's certificate is its own.
#pragma warning disable CA5359, MA0039
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        _client = new HttpMessageInvoker(handler);
    }

    public async Task InvokeAsync(HttpContext http, ISandbox sandbox, int port)
    {
        var info = sandbox.Info;
        if (!await TrafficTokens.AdmitAsync(http, info))
            return;
        var scheme = info.Spec.Ingress.HttpsPorts.Contains(port) ? "https" : "http";
        var mask = info.Spec.Ingress.MaskHost is { } host ? RequestHost(host, port) : null;
        var error = await _forwarder.SendAsync(
            http,
            $"{scheme}://{info.Id.Value}{HostSuffix}:{port}/",
            _client,
            _terms,
            new PortTransformer(mask),
            http.RequestAborted);
        if (error == ForwarderError.None || http.Response.HasStarted)
            return;
        http.RequestAborted.ThrowIfCancellationRequested();
        var cause = http.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (cause is HttpRequestException { InnerException: CaissonException { Code: ErrorCode.Unavailable or ErrorCode.NotFound } or SocketException })
            await ProxyErrors.PortClosedAsync(http, info.Id.Value, port);
        else
            await ProxyErrors.NoAnswerAsync(http, info.Id.Value, port);
    }

    public void Dispose() => _client.Dispose();

    private static string RequestHost(string mask, int port) => Policy.RequestHostMask.Apply(mask, port);

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var id = context.DnsEndPoint.Host[..^HostSuffix.Length];
        var sandbox = _engine.Find(id) ?? throw new CaissonException(ErrorCode.Unavailable, $"sandbox {id} is gone");
        return await sandbox.ConnectAsync(context.DnsEndPoint.Port, cancellation);
    }
}
