using System.Net;
using System.Text;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

/// <summary>The dialect whose clients send no key is not there unless asked for, and then answers this host alone.</summary>
public sealed class SandboxFusionAccessTests : IAsyncLifetime
{
    private const string Hello = """{"code":"x","language":"python"}""";

    private static readonly string[] _routes = ["/run_code", "/run_jupyter", "/submit", "/get_prompts", "/get_prompt_by_id", "/list_ids", "/get_metrics", "/get_metrics_function"];

    private readonly ServerUnderTest _closed = new();
    private readonly ServerUnderTest _open = new() { FusionTenant = "trainer" };

    public async ValueTask InitializeAsync()
    {
        await _closed.InitializeAsync();
        await _open.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.DisposeAsync();
        await _open.DisposeAsync();
    }

    [Fact]
    public async Task It_is_closed_by_default_with_a_key_and_without()
    {
        foreach (var route in _routes)
        {
            Assert.Equal(HttpStatusCode.NotFound, await PostAsync(_closed, route, Hello));
            Assert.Equal(HttpStatusCode.NotFound, await PostAsync(_closed, route, Hello, ("X-API-KEY", _closed.Key)));
        }

        using var http = new HttpClient { BaseAddress = _closed.Url };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/ping", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/list_datasets", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(_closed.Engine.All);
    }

    [Fact]
    public async Task Asked_for_it_answers_this_host_without_a_key()
    {
        using var http = new HttpClient { BaseAddress = _open.Url };
        Assert.Equal("\"pong\"", await http.GetStringAsync("/v1/ping", TestContext.Current.CancellationToken));
        Assert.Equal("[]", await http.GetStringAsync("/list_datasets", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(_open, "/run_code", "{}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/v1/sandboxes", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_proxied_request_a_web_page_and_a_bad_key_are_refused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("X-Forwarded-For", "203.0.113.9")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("Forwarded", "for=203.0.113.9")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("Origin", "https://evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("X-API-KEY", "e2b_wrong")));
        using var http = new HttpClient { BaseAddress = _open.Url };
        using var text = new StringContent(Hello, Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await http.PostAsync("/run_code", text, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_key_counts_by_its_scope_whatever_stands_before_the_server()
    {
        var read = await _open.Keys.CreateAsync("alice", ["read"], null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(_open, "/run_code", "{}", ("X-API-KEY", read)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(_open, "/run_code", "{}", ("X-API-KEY", _open.Key), ("X-Forwarded-For", "203.0.113.9")));
    }

    private static async Task<HttpStatusCode> PostAsync(ServerUnderTest server, string path, string json, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = server.Url, Timeout = TimeSpan.FromSeconds(20) };
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
