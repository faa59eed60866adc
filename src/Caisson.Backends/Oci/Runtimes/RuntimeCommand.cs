using System.Diagnostics;
using Caisson.Core.Failures;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>Runs a runtime's command off the hot path, for a bounded time.</summary>
internal static class RuntimeCommand
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    public static async Task<RuntimeOutput> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })
            ?? throw new CaissonException(ErrorCode.Unsupported, $"{program} did not start");
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return new RuntimeOutput(process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return new RuntimeOutput(-1, $"it did not end within {_limit.TotalSeconds} s");
        }
    }
}
