using Caisson.Cli.Output;
using Caisson.Cli.Terminals;
using Caisson.Core.Failures;

namespace Caisson.Cli;

/// <summary>Runs a command and turns what went wrong into lines on standard error and an exit code.</summary>
internal static class Guarded
{
    /// <summary>The exit code for a failure that is not the program's own.</summary>
    public const int Failed = 125;

    private const int Interrupted = 130;

    /// <summary>Runs it; its own exit code, 125 for a failure, 130 when interrupted.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OutputClosedException closed)
        {
            return closed.ExitCode;
        }
        catch (CaissonException failure)
        {
            await Console.Error.WriteLineAsync($"caisson: {Plain.Text(failure.Message)}");
            if (failure.Remedy is not null)
                await Console.Error.WriteLineAsync(Plain.Text(failure.Remedy));
            return Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"caisson: {Plain.Text(failure.Message)}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }
}
