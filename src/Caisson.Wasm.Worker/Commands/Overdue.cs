using Caisson.Linux.Interop;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>The end of this whole program, where a part of it can be ended in no other way.</summary>
internal static class Overdue
{
    /// <summary>Says why, and is gone.</summary>
    public static void End(string reason)
    {
        Console.Error.WriteLine(reason);
        _ = Libc.Kill(Environment.ProcessId, Flags.SIGKILL);
    }
}
