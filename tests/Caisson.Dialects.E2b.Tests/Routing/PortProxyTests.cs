using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.E2b.Tests.Routing;

public sealed class PortProxyTests
{
    [Fact]
    public async Task Ports_answer_by_header_and_by_host_name()
    {
        await using var server = await TestServer.StartAsync();
        await using var service = await ServiceAsync();
        var sandbox = await server.CreateAsync(new { templateID = "base", network = new { maskRequestHost = "inside:${PORT}" } });
        sandbox.Ports[8000] = new Uri(service.Urls.First()).Port;
        Assert.Equal((200, "inside:8000 POST /a?b=c body"), await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Post, "/a?b=c", new StringContent("body"), 8000)));
        var byName = new HttpRequestMessage(HttpMethod.Get, "/health");
        byName.Headers.Host = $"8000-{sandbox.Info.Id}.localhost";
        Assert.Equal((200, "inside:8000 GET /health "), await server.SendAsync(byName));
        Assert.Equal(
            (502, $$"""{"sandboxId":"{{sandbox.Info.Id}}","message":"The sandbox is running but port is not open","code":502,"port":8001}"""),
            await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/", port: 8001)));
        var lonely = new HttpRequestMessage(HttpMethod.Get, "/");
        lonely.Headers.Add("E2b-Sandbox-Id", sandbox.Info.Id.Value);
        Assert.Equal((400, "Invalid sandbox port"), await server.SendAsync(lonely));
    }

    [Fact]
    public async Task Private_ports_ask_for_the_traffic_token()
    {
        await using var server = await TestServer.StartAsync();
        await using var service = await ServiceAsync();
        var sandbox = await server.CreateAsync(new { templateID = "base", network = new { allowPublicTraffic = false } });
        sandbox.Ports[8000] = new Uri(service.Urls.First()).Port;
        Assert.Contains("'e2b-traffic-access-token' is missing", (await server.SendAsync(TestServer.Data(sandbox, HttpMethod.Get, "/", port: 8000))).Body);
        Assert.Equal(403, (await server.SendAsync(With("nope"))).Status);
        Assert.Equal(200, (await server.SendAsync(With(sandbox.Info.TrafficToken!))).Status);

        HttpRequestMessage With(string token)
        {
            var request = TestServer.Data(sandbox, HttpMethod.Get, "/", port: 8000);
            request.Headers.Add("E2B-Traffic-Access-Token", token);
            return request;
        }
    }

    [Fact]
    public async Task Web_sockets_pass()
    {
        await using var server = await TestServer.StartAsync();
        await using var service = await ServiceAsync();
        var sandbox = await server.CreateAsync();
        sandbox.Ports[8000] = new Uri(service.Urls.First()).Port;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("E2b-Sandbox-Id", sandbox.Info.Id.Value);
        socket.Options.SetRequestHeader("E2b-Sandbox-Port", "8000");
        await socket.ConnectAsync(new Uri(server.Url.Replace("http", "ws", StringComparison.Ordinal) + "/ws"), default);
        await socket.SendAsync("hi"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer, default);
        Assert.Equal("hi", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Browsers_may_call_from_anywhere()
    {
        await using var server = await TestServer.StartAsync();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/process.Process/Start");
        preflight.Headers.Add("Origin", "https://example.com");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "e2b-sandbox-id,e2b-sandbox-port,x-access-token");
        using var response = await server.Http.SendAsync(preflight);
        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal("*", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private static async Task<WebApplication> ServiceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async http =>
        {
            if (http.WebSockets.IsWebSocketRequest)
            {
                using var socket = await http.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[64];
                var received = await socket.ReceiveAsync(buffer, http.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, http.RequestAborted);
                return;
            }

            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync($"{http.Request.Host} {http.Request.Method} {http.Request.Path}{http.Request.QueryString} {await reader.ReadToEndAsync()}");
        });
        await app.StartAsync();
        return app;
    }
}
