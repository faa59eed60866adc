using System.Globalization;
using Caisson.Linux.Interop;
using Caisson.Walls.Ids;
using Caisson.Walls.Sandboxes;

namespace Caisson.Backends.MicroVm.Monitors;

/// <summary>A directory and a host id for a machine that is nobody's sandbox and is soon ended; both go with this.</summary>
/// <remarks>A server that is killed leaves machine and directory. Both have the process in their names whose they are, and the next server ends them.</remarks>
internal sealed class PassingPlace : IDisposable
{
    private const string Prefix = "boot-";
    private const string Monitor = "monitor";
    private readonly IdRange _ids;

    public PassingPlace(MicroVmOptions options, IdRange ids)
    {
        _ids = ids;
        var path = Path.Combine(options.Cache, $"{Prefix}{Name(Environment.ProcessId)}-{Guid.NewGuid():N}");
        Folder = Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        Owner = ids.Take();
    }

    public string Folder { get; }

    public uint Owner { get; }

    /// <summary>Ends what servers left that are no more.</summary>
    public static void Sweep(string cache)
    {
        foreach (var folder in Directory.Exists(cache) ? Directory.EnumerateDirectories(cache, $"{Prefix}*-*-*") : [])
        {
            if (Lives(Path.GetFileName(folder)[Prefix.Length..]))
                continue;
            var monitor = Path.Combine(folder, Monitor);
            if (File.Exists(monitor) && File.ReadAllText(monitor) is var name && Lives(name))
                _ = Libc.Kill(int.Parse(name.AsSpan(0, name.IndexOf('-')), CultureInfo.InvariantCulture), Flags.SIGKILL);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes down the monitor that runs here, for whoever has to end it.</summary>
    public void Note(IMachine machine) => File.WriteAllText(Path.Combine(Folder, Monitor), Name(machine.Pid));

    public void Dispose()
    {
        _ids.Give(Owner);
        Directory.Delete(Folder, recursive: true);
    }

    // Pids come round again, a pid with its start does not.
    private static string Name(int pid) => string.Create(CultureInfo.InvariantCulture, $"{pid}-{ProcessStatus.StartTime(pid)}");

    private static bool Lives(string name) =>
        name.Split('-') is [var pid, var start, ..] && int.TryParse(pid, CultureInfo.InvariantCulture, out var number)
        && ProcessStatus.StartTime(number)?.ToString(CultureInfo.InvariantCulture) == start;
}
