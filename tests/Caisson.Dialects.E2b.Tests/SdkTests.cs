using System.Diagnostics;
using Caisson.Dialects.E2b.Tests.Fakes;

namespace Caisson.Dialects.E2b.Tests;

public sealed class SdkTests
{
    [Fact]
    public async Task The_public_sdk_works_unchanged()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "client");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder, "");
        await using var server = await TestServer.StartAsync();
        Assert.Contains("all agreed", await RunAsync("node", ["smoke.mjs"], folder, server.Url));
    }

    private static async Task<string> RunAsync(string file, string[] arguments, string folder, string url)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (url.Length > 0)
        {
            start.Environment["E2B_API_KEY"] = FakeKeys.Good;
            start.Environment["E2B_API_URL"] = url;
            start.Environment["E2B_SANDBOX_URL"] = url;
            start.Environment["E2B_DOMAIN"] = new Uri(url).Authority;
        }

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
