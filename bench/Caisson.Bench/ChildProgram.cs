using System.Diagnostics;

namespace Caisson.Bench;

/// <summary>Starts a program with our own standard streams and waits until it has ended well.</summary>
internal static class ChildProgram
{
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs it; a status other than 0 is a failure.</summary>
    public static async Task RunAsync(IReadOnlyList<string> command, string directory, CancellationToken cancellation)
    {
        using var process = Start(command, directory, captures: false);
        await EndAsync(process, command[0], cancellation);
        if (process.ExitCode != 0)
            throw new BenchException($"{Path.GetFileName(command[0])} ended with {process.ExitCode}");
    }

    /// <summary>Runs it and returns what it printed; a status other than 0 is a failure that tells its errors.</summary>
    public static async Task<string> ReadAsync(IReadOnlyList<string> command, string directory, CancellationToken cancellation)
    {
        using var process = Start(command, directory, captures: true);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await EndAsync(process, command[0], cancellation);
        if (process.ExitCode != 0)
            throw new BenchException($"{Path.GetFileName(command[0])} ended with {process.ExitCode}: {(await errors).Trim().ReplaceLineEndings(" ")}");
        return await output;
    }

    /// <summary>Starts it; the caller disposes.</summary>
    public static Process Start(IReadOnlyList<string> command, string directory, bool captures) => Process.Start(
        new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = directory, RedirectStandardOutput = captures, RedirectStandardError = captures })
        ?? throw new BenchException($"{command[0]} could not be started");

    /// <summary>The full path of a program, or null.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);

    private static async Task EndAsync(Process process, string name, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new BenchException($"{Path.GetFileName(name)} did not end");
        }
    }
}
