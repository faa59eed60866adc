using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Caisson.Rollouts.Tests.Ground;

/// <summary>The programs under test, as users get them.</summary>
internal static partial class Binaries
{
    public static string Caisson { get; } = Environment.GetEnvironmentVariable("CAISSON_BIN") ?? Path.Combine(Repository(), "artifacts/bin/caisson");

    /// <summary>Why servers cannot be tested here, or null.</summary>
    public static string? Missing { get; } = GetUserId() != 0 ? "the server needs root" : !File.Exists("/usr/bin/bwrap") ? "bubblewrap is not installed" : null;

    /// <summary>Runs the command line, which must succeed; what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await TryAsync(null, arguments);
        Assert.True(code == 0, $"caisson {string.Join(' ', arguments)}: {code} {error}");
        return output;
    }

    /// <summary>Runs the command line against a server.</summary>
    public static async Task<(int Code, string Output, string Error)> TryAsync(RealServer? server, params string[] arguments)
    {
        var start = new ProcessStartInfo("timeout", ["120", Caisson, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        if (server is not null)
            (start.Environment["CAISSON_URL"], start.Environment["CAISSON_API_KEY"]) = (server.Url.ToString(), server.Key);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Caisson.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("name the binary in CAISSON_BIN");
        return directory;
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUserId();
}
