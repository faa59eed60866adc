using System.Diagnostics;

namespace Caisson.Linux.Tests;

/// <summary>This process and host, as tests look at them.</summary>
internal static class Host
{
    public static bool IsRoot => Interop.Libc.GetUid() == 0;

    public static int Descriptors => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    /// <summary>Children that nobody has waited for.</summary>
    public static string Children => string.Concat(Directory.EnumerateDirectories("/proc/self/task").Select(t => File.ReadAllText($"{t}/children")));

    public static string Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("timeout", ["30", .. command]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {error.GetAwaiter().GetResult()}");
        return output;
    }
}
