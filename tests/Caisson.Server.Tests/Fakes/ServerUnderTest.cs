using System.Net;
using System.Text;
using System.Text.Json;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine;
using Caisson.Engine.Pools;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Secrets;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Caisson.Engine.Volumes;
using Caisson.Server.Auth;
using Caisson.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Caisson.Server.Tests.Fakes;

/// <summary>The real server on a free loopback port, over a fake engine.</summary>
public sealed class ServerUnderTest : IAsyncLifetime
{
    private readonly string _rollouts = Directory.CreateTempSubdirectory("caisson-server-").FullName;
    private WebApplication? _app;
    private VolumeLibrary? _volumes;

    /// <summary>The tenant of the SandboxFusion dialect, or null to leave it out, as by default.</summary>
    internal string? FusionTenant { get; init; }

    internal FakeEngine Engine { get; } = new();

    internal MemoryStore Store { get; } = new();

    internal KeyRing Keys => _app!.Services.GetRequiredService<KeyRing>();

    internal string Key { get; private set; } = "";

    internal Uri Url { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new ServerOptions { Port = 0, StateDirectory = "/nonexistent", SandboxFusion = FusionTenant };
        _app = ServerHost.Build(options, services =>
        {
            services.AddSingleton<ISandboxEngine>(Engine);
            services.AddSingleton<IPoolCatalog, FakePools>();
            services.AddSingleton<IStore>(Store);
            services.AddSingleton<ITemplateCatalog, FakeTemplates>();
            services.AddSingleton<ITemplateEngine, NoTemplates>();
            var vault = new MemoryVault();
            var state = new EngineOptions { StateDirectory = _rollouts };
            services.AddSingleton<IVolumeCatalog>(_volumes = new VolumeLibrary(state, vault, vault, TimeProvider.System, NullLogger<VolumeLibrary>.Instance));
            services.AddSingleton<ISecretVault>(new SecretVault(state, vault, TimeProvider.System));
            services.AddSingleton(new RolloutOptions { Directory = _rollouts, RetryPause = TimeSpan.Zero });
            services.AddSingleton<IExecutionSlots, FreshSandboxes>();
            services.AddSingleton<RolloutEngine>();
            services.AddSingleton<IRolloutEngine>(provider => provider.GetRequiredService<RolloutEngine>());
            if (options.SandboxFusion is not null)
                Composition.AddSandboxFusion(services);
            services.AddSingleton<ISandboxBackend>(new FakeWall("good", () => Task.FromResult(new BackendReport(true, [new HostCheck("kernel", HostCheckState.Ok, "fine")]))));
            services.AddSingleton<ISandboxBackend>(new FakeWall("bad", () => throw new CaissonException(ErrorCode.Unsupported, "No such device.", "Install it.")));
        });
        await _volumes!.LoadAsync(Cancellation);
        Url = await ServerHost.StartAsync(_app, options, default);
        Key = await Keys.CreateAsync("alice", [], null, default);
        Http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Add("X-API-KEY", Key);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        Directory.Delete(_rollouts, recursive: true);
    }

    internal async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        string method, string path, string? json = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
            message.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await SendAsync(message, key, headers);
    }

    internal async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpRequestMessage message, string? key = null, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(20) };
        if ((key ?? Key).Length > 0)
            message.Headers.Add("X-API-KEY", key ?? Key);
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(message, Cancellation);
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        return (response.StatusCode, isJson ? JsonSerializer.Deserialize<JsonElement>(bytes) : default);
    }

    internal async Task<string> CreateAsync(string json = "{}", string? key = null)
    {
        var (status, body) = await SendAsync("POST", "/v1/sandboxes", json, key);
        Assert.Equal(HttpStatusCode.Created, status);
        return body.GetProperty("sandbox").GetProperty("id").GetString()!;
    }
}
