using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Walls.Staging;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>What a monitor is shut into before it starts: a root of its own few files, namespaces of its own, an id that is nobody on the host.</summary>
/// <remarks>A guest that took its monitor over would hold what is in here, and the same doors as before.</remarks>
internal static unsafe class MonitorJail
{
    public const int Namespaces = 0x20000000 | 0x08000000 | 0x04000000; // pid, ipc, uts
    private const string Place = "/run/caisson";
    private static readonly string[] _devices = ["null", "urandom"];

    /// <summary>Adds the steps that make the root and enter it.</summary>
    public static void AddRoot(ForkScript script, string root, bool kvm, uint owner, Action<StageScript, string>? places)
    {
        var stage = new StageScript(script);
        script.Add("unshare mount namespace", Sys.Unshare, Flags.CLONE_NEWNS);
        stage.Mount(null, "/", null, Flags.MS_REC | Flags.MS_PRIVATE, null);
        var files = stage.Clone(root, StageScript.ReadOnly | StageScript.NoSuid | StageScript.NoDev);
        stage.Attach(files, Directory.CreateDirectory(Place).FullName);
        stage.Mount("dev", $"{Place}/dev", "tmpfs", Flags.MS_NOSUID | Flags.MS_NOEXEC, "mode=755,size=16k");
        foreach (var device in _devices)
        {
            stage.MakeFile($"{Place}/dev/{device}");
            stage.Bind($"/dev/{device}", $"{Place}/dev/{device}", StageScript.NoSuid | StageScript.NoExec);
        }

        if (kvm)
            AddKvm(script, owner);
        stage.MakeReadOnly($"{Place}/dev");
        // Only for the monitor's own descriptors: its memory is one of them.
        stage.Mount("proc", $"{Place}/proc", "proc", Flags.MS_NOSUID | Flags.MS_NODEV | Flags.MS_NOEXEC, "subset=pid");
        places?.Invoke(stage, Place);
        script.Add("chdir", Sys.Chdir, (nint)script.Memory.Copy(Place));
        var here = (nint)script.Memory.Copy(".");
        script.Add("pivot_root", Sys.PivotRoot, here, here);
        script.Add("umount2", Sys.Unmount2, here, Flags.MNT_DETACH);
        script.Add("chdir", Sys.Chdir, (nint)script.Memory.Copy("/"));
    }

    // A node of its own: the host's belongs to somebody else.
    private static void AddKvm(ForkScript script, uint owner)
    {
        const int MakeNode = 133;
        const int ChangeOwner = 92;
        const int CharacterDevice = 0x2000;
        const int Device = (10 << 8) | 232;
        var path = (nint)script.Memory.Copy($"{Place}/dev/kvm");
        script.Add("mknod kvm", MakeNode, path, CharacterDevice | 0x180, Device);
        script.Add("chown kvm", ChangeOwner, path, (nint)owner, (nint)owner);
    }

    /// <summary>Adds the steps that give every right up.</summary>
    public static void AddIdentity(ForkScript script, uint owner)
    {
        var id = (nint)owner;
        script.Add("setgroups", Sys.SetGroups, 0, 0);
        script.Add("setresgid", Sys.SetResGid, id, id, id);
        script.Add("setresuid", Sys.SetResUid, id, id, id);
        script.Add("no_new_privs", Sys.Prctl, Flags.PR_SET_NO_NEW_PRIVS, 1);
        var none = (long*)script.Memory.Allocate(16);
        script.Add("prlimit", Sys.Prlimit, 0, Flags.RLIMIT_CORE, (nint)none, 0);
        script.Add("setsid", Sys.SetSid);
    }
}
