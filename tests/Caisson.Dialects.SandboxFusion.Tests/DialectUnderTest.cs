using System.Net;
using System.Text;
using System.Text.Json;
using Caisson.Engine.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Caisson.Dialects.SandboxFusion.Tests;

/// <summary>The dialect on a free loopback port, over a scripted engine.</summary>
public sealed class DialectUnderTest : IAsyncLifetime
{
    private WebApplication? _app;

    internal FakeRollouts Engine { get; } = new();

    internal HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IRolloutEngine>(Engine);
        builder.Services.AddSingleton<ICallers, OneTenant>();
        builder.Services.AddSandboxFusionDialect();
        _app = builder.Build();
        _app.MapSandboxFusionDialect();
        await _app.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
    }

    internal async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    internal async Task<JsonElement> OkAsync(string path, string json)
    {
        var (status, body) = await PostAsync(path, json);
        Assert.True(status == HttpStatusCode.OK, body.ToString());
        return body;
    }
}
