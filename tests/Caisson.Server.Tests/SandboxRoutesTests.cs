using System.Net;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class SandboxRoutesTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    [Fact]
    public async Task A_sandbox_is_created_as_asked_described_listed_and_killed()
    {
        var (status, body) = await server.SendAsync("POST", "/v1/sandboxes", """
            {"template":"python","wall":"good","resources":{"memoryBytes":67108864,"cpus":0.5},"environment":{"A":"secret"},"timeoutSeconds":60,
             "egress":{"allow":["packages.example:443"],"transforms":[{"host":"api.test","headers":{"X-Token":"hush"}}],"proxy":{"host":"p.test","port":1080,"password":"pw"}},
             "ingress":{"public":false,"httpsPorts":[8443]},"metadata":{"job":"one"}}
            """);
        Assert.Equal(HttpStatusCode.Created, status);
        var id = body.GetProperty("sandbox").GetProperty("id").GetString()!;
        var spec = server.Engine.Fake(id).Info.Spec;
        Assert.Equal(("python", "good", 67108864L, 0.5), (spec.Template, spec.Wall, spec.Resources.MemoryBytes, spec.Resources.Cpus));
        Assert.Equal(("secret", 60d, "packages.example:443", "hush", "pw"), (
            spec.Environment["A"], spec.Lifecycle.Timeout!.Value.TotalSeconds, spec.Egress.Allow[0].Text, spec.Egress.Transforms[0].Headers["X-Token"], spec.Egress.Proxy!.Password));

        var (_, described) = await server.SendAsync("GET", $"/v1/sandboxes/{id}");
        var text = described.GetRawText();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.Equal("running", described.GetProperty("state").GetString());

        var (_, listed) = await server.SendAsync("GET", "/v1/sandboxes?metadata=job%3Done");
        Assert.Equal(id, Assert.Single(listed.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());

        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", $"/v1/sandboxes/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", $"/v1/sandboxes/{id}")).Status);
    }

    [Fact]
    public async Task Creation_carries_the_first_execution()
    {
        var (status, body) = await server.SendAsync("POST", "/v1/sandboxes", """{"exec":{"command":"echo","arguments":["hi"]}}""");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("hi\n", body.GetProperty("exec").GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task A_failed_first_execution_leaves_no_sandbox()
    {
        var before = server.Engine.All.Count();
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", "/v1/sandboxes", """{"exec":{"command":"missing"}}""")).Status);
        Assert.Equal(before, server.Engine.All.Count());
    }

    [Fact]
    public async Task Timeout_egress_timeline_and_metrics()
    {
        var id = await server.CreateAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("POST", $"/v1/sandboxes/{id}/timeout", """{"seconds":30}""")).Status);
        Assert.Equal(30, server.Engine.Fake(id).Timeout!.Value.TotalSeconds);
        await server.SendAsync("POST", $"/v1/sandboxes/{id}/timeout", """{"seconds":30,"extendOnly":true}""");
        Assert.Equal(-30, server.Engine.Fake(id).Timeout!.Value.TotalSeconds);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("PUT", $"/v1/sandboxes/{id}/egress", """{"allow":["*.a.test"],"unlisted":"deny"}""")).Status);
        Assert.Equal("*.a.test", server.Engine.Fake(id).Info.Spec.Egress.Allow[0].Text);
        var (_, timeline) = await server.SendAsync("GET", $"/v1/sandboxes/{id}/timeline?limit=5");
        Assert.Equal("lifecycle", timeline.GetProperty("entries")[0].GetProperty("type").GetString());
        var next = timeline.GetProperty("next").GetInt64();
        Assert.Empty((await server.SendAsync("GET", $"/v1/sandboxes/{id}/timeline?after={next}")).Body.GetProperty("entries").EnumerateArray());
        var (_, metrics) = await server.SendAsync("GET", $"/v1/sandboxes/{id}/metrics");
        Assert.Equal(1000, metrics.GetProperty("now").GetProperty("memoryBytes").GetInt64());
    }

    [Fact]
    public async Task Walls_and_health()
    {
        var (_, walls) = await server.SendAsync("GET", "/v1/walls");
        Assert.Equal([true, false], walls.GetProperty("items").EnumerateArray().Select(wall => wall.GetProperty("usable").GetBoolean()));
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("GET", "/health", key: "")).Status);
    }
}
