using Caisson.Engine;
using Caisson.Linux.Interop;

namespace Caisson.Server.Hosting;

/// <summary>Ends the server as if killed, or holds it up, at a point of its engine that a file names: for tests of recovery, and only where the environment names the file.</summary>
/// <param name="file">Holds <c>kill POINT</c> or <c>hold POINT</c>; who holds moves it to <c>FILE.held</c> and goes on when that is gone.</param>
internal sealed class FaultPoint(string file)
{
    private const string Variable = "CAISSON_FAULT_FILE";
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(5);

    private readonly string _held = $"{file}.held";

    /// <summary>What the engine is to call at every point, or null where nothing is asked for.</summary>
    public static Action<EnginePoint>? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new FaultPoint(file).At : null;

    private void At(EnginePoint point)
    {
        try
        {
            var order = File.ReadAllText(file);
            if (order == $"kill {point}")
                _ = Libc.Kill(Environment.ProcessId, Flags.SIGKILL);
            if (order != $"hold {point}")
                return;
            // One that comes to the same point meanwhile finds no order any more.
            File.Move(file, _held);
        }
        catch (IOException)
        {
            return;
        }

        while (File.Exists(_held))
            Thread.Sleep(_look);
    }
}
