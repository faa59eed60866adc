using Caisson.Linux.Interop;

namespace Caisson.Server.Hosting;

/// <summary>Ends the server, as if killed, at a named point of a sandbox's life: for tests of recovery, and only where the environment asks for it.</summary>
internal static class FaultPoint
{
    private const string Variable = "CAISSON_FAULT_POINT";

    /// <summary>What the engine is to call at every point, or null where nothing is asked for.</summary>
    public static Action<string>? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } wanted)
            return null;
        return point =>
        {
            if (point == wanted)
                _ = Libc.Kill(Environment.ProcessId, Flags.SIGKILL);
        };
    }
}
