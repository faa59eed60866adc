using System.Globalization;
using Caisson.Linux.Interop;

namespace Caisson.Walls.Staging;

/// <summary>The /dev of a sandbox: a few harmless devices, a terminal file system of its own, and room for shared memory.</summary>
internal static class Devices
{
    public const long SharedMemoryBytes = 64L << 20;
    private static readonly string[] _nodes = ["null", "zero", "full", "random", "urandom", "tty"];

    /// <summary>Adds the steps that make it below a root; everything there but terminals and shared memory is read-only.</summary>
    public static void Add(StageScript stage, string root)
    {
        var dev = $"{root}/dev";
        stage.MakeDirectories(root, "/dev");
        stage.Mount("dev", dev, "tmpfs", Flags.MS_NOSUID, "mode=755,size=64k");
        foreach (var node in _nodes)
        {
            stage.MakeFile($"{dev}/{node}");
            stage.Bind($"/dev/{node}", $"{dev}/{node}", StageScript.NoSuid | StageScript.NoExec);
        }

        stage.MakeDirectories(root, "/dev/pts");
        stage.MakeDirectories(root, "/dev/shm");
        stage.Mount("devpts", $"{dev}/pts", "devpts", Flags.MS_NOSUID | Flags.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620");
        stage.Mount("shm", $"{dev}/shm", "tmpfs", Flags.MS_NOSUID | Flags.MS_NODEV, string.Create(CultureInfo.InvariantCulture, $"mode=1777,size={SharedMemoryBytes}"));
        foreach (var (target, link) in ((string, string)[])[("pts/ptmx", "ptmx"), ("/proc/self/fd", "fd"), ("/proc/self/fd/0", "stdin"), ("/proc/self/fd/1", "stdout"), ("/proc/self/fd/2", "stderr"), ("/proc/kcore", "core")])
            stage.Link(target, $"{dev}/{link}");
        stage.MakeReadOnly(dev);
    }
}
