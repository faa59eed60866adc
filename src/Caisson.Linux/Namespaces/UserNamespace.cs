using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Namespaces;

/// <summary>User namespaces, made by a forked child because a process with threads cannot enter one.</summary>
public static unsafe class UserNamespace
{
    /// <summary>Makes a user namespace owned by <paramref name="owner"/> with these id maps, in which no further one can be made.</summary>
    /// <remarks>Needs root: only root may map a range. The namespace lives as long as the handle or a process in it.</remarks>
    public static SafeFileHandle Create(IReadOnlyList<IdMap> users, IReadOnlyList<IdMap> groups, uint owner)
    {
        using var script = new ForkScript();
        using var gate = new Gate();
        gate.AddWait(script, "wait for the maps");
        var sysctl = script.Add("open user.max_user_namespaces", Sys.Open, (nint)script.Memory.Copy("/proc/sys/user/max_user_namespaces"), Flags.O_WRONLY);
        script.Add("write user.max_user_namespaces", Sys.Write, ForkScript.Result(sysctl), (nint)script.Memory.Copy("0"u8), 1);

        var pid = StartAs(script, owner);
        var fd = -1;
        try
        {
            File.WriteAllText($"/proc/{pid}/gid_map", IdMap.Format(groups));
            File.WriteAllText($"/proc/{pid}/uid_map", IdMap.Format(users));
            fd = (int)LinuxException.Check(Libc.Open($"/proc/{pid}/ns/user", Flags.O_RDONLY | Flags.O_CLOEXEC, 0), "open user namespace");
        }
        finally
        {
            gate.Open();
            script.Finish(pid);
        }

        return new SafeFileHandle(fd, ownsHandle: true);
    }

    // A namespace belongs to the effective user of its maker; sandboxes later join it as that user, without root.
    private static int StartAs(ForkScript script, uint owner)
    {
        LinuxException.Check(Libc.Syscall(Sys.SetResUid, -1, (nint)owner, -1), "setresuid");
        try
        {
            return script.StartConcurrently(Flags.CLONE_NEWUSER | Flags.SIGCHLD);
        }
        finally
        {
            LinuxException.Check(Libc.Syscall(Sys.SetResUid, -1, 0, -1), "setresuid");
        }
    }
}
