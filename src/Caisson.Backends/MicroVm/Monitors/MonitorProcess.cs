using System.Text;
using Caisson.Linux.Files;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Walls.Launching;
using Caisson.Walls.Staging;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>The program of one monitor: started in its jail, and ended.</summary>
internal sealed class MonitorProcess(int pid, SafeFileHandle messages) : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _reapTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Host pid.</summary>
    public int Pid => pid;

    /// <summary>One that an earlier process of ours started; what it said is that one's.</summary>
    public static MonitorProcess Find(int pid) => new(pid, MemoryFile.Create("messages", []));

    /// <summary>Starts it.</summary>
    /// <param name="start">The machine it is for.</param>
    /// <param name="root">What it sees.</param>
    /// <param name="kvm">Whether it is given the device.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="inherited">Descriptors it keeps under their numbers.</param>
    /// <param name="places">Adds what else it sees, below the path it is given.</param>
    public static MonitorProcess Start(MachineStart start, MonitorRoot root, bool kvm, IReadOnlyList<string> arguments, IReadOnlyList<SafeFileHandle> inherited, Action<StageScript, string>? places = null)
    {
        using var script = new ForkScript(512 << 10);
        using var result = new ExecResult();
        using var nothing = new SafeFileHandle(LinuxException.Check(Libc.Open("/dev/null", Flags.O_RDWR | Flags.O_CLOEXEC, 0), "open /dev/null"), ownsHandle: true);
        var messages = MemoryFile.Create("messages", []);
        try
        {
            foreach (var join in start.Cgroup?.JoinFiles ?? [])
                script.AddWrite(join, "0");
            if (start.Network is { } network)
                script.Add("setns network", Sys.SetNs, network.DangerousGetHandle(), Flags.CLONE_NEWNET);
            MonitorJail.AddRoot(script, root.Path, kvm, start.Owner, places);
            MonitorJail.AddIdentity(script, start.Owner);
            script.AddStreams(nothing, messages);
            foreach (var handle in inherited)
                script.AddInherited(handle);
            script.AddProgram(root.Program, [root.Program, .. arguments], []);
            using var group = start.Cgroup?.OpenUnified();
            var pid = script.Start(Flags.SIGCHLD | MonitorJail.Namespaces | (start.Network is null ? Flags.CLONE_NEWNET : 0), group);
            result.Wait();
            if (script.Failure is { } failure)
                throw new LinuxException(failure.Name, failure.Error);
            return new MonitorProcess(pid, messages);
        }
        catch
        {
            messages.Dispose();
            throw;
        }
    }

    /// <summary>What it said on standard error.</summary>
    public string Messages()
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(messages), 16 << 10)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(messages, bytes, 0)).Trim();
    }

    /// <summary>Ends it and waits until it is gone.</summary>
    public async Task EndAsync()
    {
        _ = Libc.Kill(pid, Flags.SIGKILL);
        var deadline = Environment.TickCount64 + (long)_reapTimeout.TotalMilliseconds;
        while (!ChildProcess.TryReap(pid, out _) && Environment.TickCount64 < deadline)
            await Task.Delay(_pause).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => messages.Dispose();
}
