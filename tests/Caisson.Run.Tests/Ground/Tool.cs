using System.Diagnostics;

namespace Caisson.Run.Tests.Ground;

/// <summary>Programs of the host that tests are set up with.</summary>
internal static class Tool
{
    private const int LimitMs = 60_000;

    /// <summary>Runs one that must succeed; what it printed.</summary>
    public static string Run(params string[] command)
    {
        var (code, text) = Try(command);
        return code == 0 ? text : throw new InvalidOperationException($"{string.Join(' ', command)}: {text}");
    }

    public static (int Code, string Text) Try(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("timeout", ["60", .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        return process.WaitForExit(LimitMs) ? (process.ExitCode, output + error.GetAwaiter().GetResult()) : (-1, output);
    }
}
