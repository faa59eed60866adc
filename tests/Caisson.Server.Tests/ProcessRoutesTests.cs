using System.Net;
using System.Text;
using System.Text.Json;
using Caisson.Core.Guests;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class ProcessRoutesTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo", 0, null)]
    [InlineData("fail", 7, "task")]
    [InlineData("denied", 6, "policy")]
    [InlineData("oom", null, "outOfMemory")]
    [InlineData("late", null, "timeout")]
    [InlineData("lost", null, "infrastructure")]
    public async Task Every_end_says_whose_fault_it_was(string command, int? code, string? failure)
    {
        var id = await server.CreateAsync();
        var (status, body) = await server.SendAsync("POST", $"/v1/sandboxes/{id}/exec", $$"""{"command":"{{command}}"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(code, body.GetProperty("exitCode") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null);
        Assert.Equal(failure, body.GetProperty("failure").GetString());
        Assert.Equal(command == "denied" ? 1 : 0, body.GetProperty("denials").GetArrayLength());
        if (command == "lost")
            Assert.Equal("partial", body.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Denials_of_earlier_executions_are_not_told_again()
    {
        var id = await server.CreateAsync();
        for (var i = 0; i < 3; i++)
            await server.SendAsync("POST", $"/v1/sandboxes/{id}/exec", """{"command":"denied"}""");
        var (_, body) = await server.SendAsync("POST", $"/v1/sandboxes/{id}/exec", """{"command":"fail"}""");
        Assert.Equal(0, body.GetProperty("denials").GetArrayLength());
        Assert.Equal("task", body.GetProperty("failure").GetString());
    }

    [Fact]
    public async Task Standard_input_is_given_and_closed()
    {
        var id = await server.CreateAsync();
        var (_, body) = await server.SendAsync("POST", $"/v1/sandboxes/{id}/exec", """{"command":"cat","stdin":"héllo"}""");
        Assert.Equal("héllo", body.GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Collected_output_is_bounded()
    {
        var id = await server.CreateAsync();
        var (_, body) = await server.SendAsync("POST", $"/v1/sandboxes/{id}/exec", """{"command":"cat","stdin":"0123456789","outputLimit":4}""");
        Assert.Equal(("0123", 6), (body.GetProperty("stdout").GetString(), body.GetProperty("outputDropped").GetInt64()));
    }

    [Fact]
    public async Task A_streamed_execution_is_fed_resized_and_ends()
    {
        var id = await server.CreateAsync();
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/sandboxes/{id}/exec")
        {
            Content = new StringContent("""{"command":"cat","input":true,"terminal":null}""", Encoding.UTF8, "application/json"),
            Headers = { { "Accept", "application/x-ndjson" } },
        };
        using var response = await server.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var pid = (await NextAsync(lines)).GetProperty("pid").GetInt32();
        Assert.Equal(pid, Assert.Single((await server.SendAsync("GET", $"/v1/sandboxes/{id}/processes")).Body.GetProperty("items").EnumerateArray()).GetProperty("pid").GetInt32());
        var route = $"/v1/sandboxes/{id}/processes/{pid}";
        using var input = new HttpRequestMessage(HttpMethod.Post, route + "/input") { Content = new ByteArrayContent([0, 255, 10]) };
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(input)).Status);
        Assert.Equal([0, 255, 10], (await NextAsync(lines)).GetProperty("data").GetBytesFromBase64());
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("POST", route + "/resize", """{"columns":100,"rows":30}""")).Status);
        Assert.Equal(new TerminalSize(100, 30), server.Engine.Fake(id).FakeGuest.Sizes.Last());
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("POST", route + "/input/close")).Status);
        var exited = await NextAsync(lines);
        Assert.Equal(("exited", 0), (exited.GetProperty("type").GetString(), exited.GetProperty("exitCode").GetInt32()));
        Assert.Null(await lines.ReadLineAsync(Cancellation));
    }

    [Fact]
    public async Task A_process_outlives_its_streaming_caller_and_is_attached_to_and_signalled()
    {
        var id = await server.CreateAsync();
        int pid;
        using (var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/sandboxes/{id}/exec")
        {
            Content = new StringContent("""{"command":"hang"}""", Encoding.UTF8, "application/json"),
            Headers = { { "Accept", "application/x-ndjson" } },
        })
        {
            using var response = await server.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
            pid = (await NextAsync(lines)).GetProperty("pid").GetInt32();
        }

        for (var i = 0; i < 100 && server.Engine.Fake(id).FakeGuest.Executions[pid].Readers > 0; i++)
            await Task.Delay(20, Cancellation);
        Assert.Empty(server.Engine.Fake(id).FakeGuest.Signals);
        using var attached = await server.Http.GetAsync($"/v1/sandboxes/{id}/processes/{pid}/output?offset=0", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var again = new StreamReader(await attached.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("started", (await NextAsync(again)).GetProperty("type").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("POST", $"/v1/sandboxes/{id}/processes/{pid}/signal", """{"signal":15,"group":true}""")).Status);
        Assert.Equal(15, (await NextAsync(again)).GetProperty("signal").GetInt32());
    }

    [Fact]
    public async Task A_collected_execution_is_killed_when_its_caller_goes_away()
    {
        var id = await server.CreateAsync();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Http.PostAsync(
            $"/v1/sandboxes/{id}/exec", new StringContent("""{"command":"hang"}""", Encoding.UTF8, "application/json"), impatient.Token));
        var signals = server.Engine.Fake(id).FakeGuest.Signals;
        for (var i = 0; i < 100 && signals.IsEmpty; i++)
            await Task.Delay(20, Cancellation);
        Assert.Equal((9, true), (signals.Single().Signal, signals.Single().Group));
    }

    private static async Task<JsonElement> NextAsync(StreamReader lines) =>
        JsonSerializer.Deserialize<JsonElement>((await lines.ReadLineAsync(Cancellation))!);
}
