using System.Diagnostics;

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
