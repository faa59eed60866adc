using System.Net.Http.Json;
using System.Text.Json;
using Caisson.Dialects.E2b.Tests.Fakes;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Tests;

/// <summary>The dialect on a real Kestrel on the loopback, over an engine in memory.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, FakeEngine engine)
    {
        _app = app;
        Engine = engine;
        Url = app.Urls.First();
        Http = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(60) };
    }

    public FakeEngine Engine { get; }

    public string Url { get; }

    public HttpClient Http { get; }

    public static async Task<TestServer> StartAsync()
    {
        var engine = new FakeEngine();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<ISandboxEngine>(engine);
        builder.Services.AddSingleton<IApiKeyAuthenticator, FakeKeys>();
        builder.Services.AddE2bDialect(options => options.MaxWatchers = 2);
        var app = builder.Build();
        app.UseWebSockets();
        app.UseE2bDataPlane();
        app.MapE2bDialect();
        app.MapGet("/health", () => "control plane");
        await app.StartAsync();
        return new TestServer(app, engine);
    }

    public async Task<HttpResponseMessage> ControlAsync(HttpMethod method, string path, object? body = null, string key = FakeKeys.Good)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-API-KEY", key);
        if (body is not null)
            request.Content = body is string text ? new StringContent(text, null, "application/json") : JsonContent.Create(body);
        return await Http.SendAsync(request);
    }

    public async Task<FakeSandbox> CreateAsync(object? body = null)
    {
        using var response = await ControlAsync(HttpMethod.Post, "/v2/sandboxes", body ?? new { templateID = "base" });
        var json = await JsonAsync(response, 201);
        return Engine.Sandbox(json.GetProperty("sandboxID").GetString()!);
    }

    public static HttpRequestMessage Data(FakeSandbox sandbox, HttpMethod method, string path, HttpContent? content = null, int port = 49983)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("E2b-Sandbox-Id", sandbox.Info.Id.Value);
        request.Headers.Add("E2b-Sandbox-Port", $"{port}");
        if (port == 49983)
            request.Headers.Add("X-Access-Token", sandbox.Info.AccessToken);
        return request;
    }

    public async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _app.DisposeAsync();
    }
}
