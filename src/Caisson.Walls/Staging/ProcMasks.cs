using System.Globalization;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Walls.Staging;

/// <summary>Covers what of /proc tells of the host, before the first program runs.</summary>
/// <remarks>
/// Done from outside once the guest is up, and not by bwrap, which reads the table of all mounts for each cover. Nobody inside has the right to take
/// a cover away.
/// </remarks>
internal static class ProcMasks
{
    private const long Closed = StageScript.ReadOnly | StageScript.NoSuid | StageScript.NoDev | StageScript.NoExec;
    public static IReadOnlyList<string> Files { get; } = ["kcore", "keys", "kallsyms", "timer_list", "sched_debug", "latency_stats", "interrupts", "kpagecount", "kpageflags"];
    public static IReadOnlyList<string> Directories { get; } = ["acpi", "scsi"];

    /// <summary>Enters the guest's mount namespace and covers them.</summary>
    /// <param name="guest">Host pid of the guest.</param>
    /// <param name="user">The user namespace above the sandbox's, in which an ordinary user has the right to; null for root.</param>
    public static unsafe void Apply(int guest, SafeFileHandle? user)
    {
        using var script = new ForkScript();
        var stage = new StageScript(script);
        if (user is not null)
            script.Add("setns user", Sys.SetNs, user.DangerousGetHandle(), Flags.CLONE_NEWUSER);
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{guest}/ns/mnt");
        var mounts = script.Add("open mount namespace", Sys.Open, (nint)script.Memory.Copy(path), Flags.O_RDONLY | Flags.O_CLOEXEC);
        script.Add("setns mount", Sys.SetNs, ForkScript.Result(mounts), Flags.CLONE_NEWNS);
        foreach (var file in Files.Select(n => $"/proc/{n}").Where(File.Exists))
            stage.Bind("/dev/null", file, Closed);
        foreach (var directory in Directories.Select(n => $"/proc/{n}").Where(Directory.Exists))
            stage.Mount("mask", directory, "tmpfs", Flags.MS_RDONLY | Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC, "mode=755,size=4k");
        script.Finish(script.Start(Flags.SIGCHLD));
    }
}
