using System.Diagnostics;
using System.Net.Sockets;

namespace Caisson.Connect.Tests;

public sealed class ClientTests
{
    [Fact]
    public async Task The_connect_client_for_node_agrees()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "client");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
        await using var app = await EchoServer.StartAsync();
        Assert.Contains("all agreed", await RunAsync("node", ["client.mjs", app.Urls.First()], folder));
    }

    [Theory]
    [InlineData("GET", "application/json", "{}", null, null, 405)]
    [InlineData("POST", "application/proto", "", null, null, 415)]
    [InlineData("POST", "application/json", "{", null, null, 400)]
    [InlineData("POST", "application/json", "null", null, null, 400)]
    [InlineData("POST", "application/json", "{}", "Connect-Timeout-Ms", "soon", 400)]
    [InlineData("POST", "application/json", "{}", "Connect-Protocol-Version", "2", 400)]
    [InlineData("POST", "application/json", "{}", "Content-Encoding", "gzip", 501)]
    [InlineData("POST", "application/json", "", null, null, 200)]
    public async Task Requests_are_held_to_the_protocol(string method, string type, string body, string? header, string? value, int status)
    {
        await using var app = await EchoServer.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), app.Urls.First() + "/test.Words/Echo");
        request.Content = new StringContent(body);
        request.Content.Headers.ContentType = new(type);
        if (header is not null && !request.Headers.TryAddWithoutValidation(header, value))
            request.Content.Headers.TryAddWithoutValidation(header, value);
        using var response = await http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(new byte[] { 0x7b })]
    [InlineData(new byte[] { 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d })]
    public async Task A_refused_message_leaves_the_connection_in_use(byte[] body)
    {
        await using var app = await EchoServer.StartAsync();
        var connections = 0;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellation) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        for (var i = 0; i < 5; i++)
        {
            using var content = new ByteArrayContent(body) { Headers = { { "Content-Type", "application/json" } } };
            using var response = await http.PostAsync(app.Urls.First() + "/test.Words/Echo", content, TestContext.Current.CancellationToken);
            Assert.Equal(400, (int)response.StatusCode);
            Assert.Contains("invalid_argument", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(1, connections);
    }

    private static async Task<string> RunAsync(string file, string[] arguments, string folder)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, await output + await error);
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
