using System.Diagnostics;
using Caisson.Linux.Seccomp;

namespace Caisson.Seccomp.Tests;

/// <summary>Runs a program behind bubblewrap, with the default filter or, to compare, without one.</summary>
internal sealed class Wall : IDisposable
{
    public const string Bubblewrap = "/usr/bin/bwrap";

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private static readonly string[] _walls =
    [
        "--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        "--clearenv", "--setenv", "HOME", "/tmp", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "DOTNET_NOLOGO", "1", "--chdir", "/tmp",
    ];

    private readonly string _filter = Path.GetTempFileName();

    public Wall() => File.WriteAllBytes(_filter, SeccompProfile.Default.Compile());

    public Task<WallOutcome> RunAsync(params string[] command) => RunAsync(["--seccomp", "9"], command);

    public Task<WallOutcome> RunOpenAsync(params string[] command) => RunAsync([], command);

    public void Dispose() => File.Delete(_filter);

    private async Task<WallOutcome> RunAsync(string[] filter, string[] command)
    {
        Assert.SkipUnless(File.Exists(Bubblewrap), "bubblewrap is not installed");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["-c", "file=$1; shift; exec \"$@\" 9<\"$file\"", "sh", _filter, Bubblewrap, .. _walls, .. filter, "--", .. command])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new WallOutcome(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
