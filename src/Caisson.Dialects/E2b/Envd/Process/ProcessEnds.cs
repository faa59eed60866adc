using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Process.Wire;

namespace Caisson.Dialects.E2b.Envd.Process;

/// <summary>How a process ended, in the words of Go's os package, which clients compare.</summary>
internal static class ProcessEnds
{
    public static EndEvent From(ExecExited exit)
    {
        if (exit.Signal is { } signal)
        {
            var status = $"signal: {Name(signal)}";
            var error = exit.OutOfMemory ? status + ": the sandbox's memory limit was reached" : status;
            return new EndEvent { ExitCode = -1, Exited = false, Status = status, Error = error };
        }

        var code = exit.ExitCode ?? -1;
        var text = $"exit status {code}";
        return new EndEvent { ExitCode = code, Exited = true, Status = text, Error = code == 0 ? null : text };
    }

    private static string Name(int signal) => signal switch
    {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        4 => "illegal instruction",
        5 => "trace/breakpoint trap",
        6 => "aborted",
        7 => "bus error",
        8 => "floating point exception",
        9 => "killed",
        10 => "user defined signal 1",
        11 => "segmentation fault",
        12 => "user defined signal 2",
        13 => "broken pipe",
        14 => "alarm clock",
        15 => "terminated",
        31 => "bad system call",
        _ => $"signal {signal}",
    };
}
