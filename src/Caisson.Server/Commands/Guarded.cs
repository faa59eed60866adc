using Caisson.Core.Failures;

namespace Caisson.Server.Commands;

/// <summary>Runs a command and turns what went wrong into two lines on standard error and an exit code.</summary>
internal static class Guarded
{
    /// <summary>Runs it: 0 when all went well, 1 for a failure, 130 when it was interrupted.</summary>
    public static async Task<int> RunAsync(Func<Task> command)
    {
        try
        {
            await command();
            return 0;
        }
        catch (CaissonException failure)
        {
            await Console.Error.WriteLineAsync($"caisson-server: {failure.Message}{(failure.Remedy is null ? "" : $"\n{failure.Remedy}")}");
            return 1;
        }
        catch (IOException failure)
        {
            await Console.Error.WriteLineAsync($"caisson-server: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }
}
