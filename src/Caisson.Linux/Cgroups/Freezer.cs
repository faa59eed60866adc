using Caisson.Linux.Interop;

namespace Caisson.Linux.Cgroups;

/// <summary>Stops and starts every process of a sandbox's group: by the v2 group where there is one, else by a group in the v1 freezer.</summary>
/// <remarks>The v1 freezer can hang half-way when a process forks; then everything is thawed and tried again.</remarks>
public sealed class Freezer
{
    private const int Attempts = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private readonly string? _unified;
    private readonly string? _legacy;
    private readonly Func<IEnumerable<string>> _processes;

    private Freezer(string? unified, string? legacy, Func<IEnumerable<string>> processes) => (_unified, _legacy, _processes) = (unified, legacy, processes);

    /// <summary>The freezer of the group of that name, or null where this host has none.</summary>
    public static Freezer? Find(CgroupLayout layout, string name, bool allowUnified = true)
    {
        if (allowUnified && layout.Unified is { } mount && layout.Parents.Contains(mount, StringComparer.Ordinal))
        {
            var group = $"{mount}/caisson/{name}";
            if (File.Exists($"{group}/cgroup.freeze"))
                return new Freezer(group, null, () => File.ReadLines($"{group}/cgroup.procs"));
        }

        if (!layout.Legacy.TryGetValue("freezer", out var root) || !layout.Legacy.TryGetValue("pids", out var pids))
            return null;
        return new Freezer(null, $"{root}/caisson/{name}", () => File.ReadLines($"{pids}/caisson/{name}/cgroup.procs"));
    }

    /// <summary>Host pids of every process of the group.</summary>
    public IReadOnlyList<string> Processes() => [.. _processes()];

    /// <summary>Stops every process; an IOException when that cannot be done in time, and then all go on.</summary>
    public async Task FreezeAsync(CancellationToken cancellation)
    {
        try
        {
            if (_unified is not null)
            {
                await File.WriteAllTextAsync($"{_unified}/cgroup.freeze", "1", cancellation).ConfigureAwait(false);
                if (await IsAsync($"{_unified}/cgroup.events", "frozen 1", cancellation).ConfigureAwait(false))
                    return;
            }
            else if (await FreezeLegacyAsync(cancellation).ConfigureAwait(false))
            {
                return;
            }
        }
        catch
        {
            await ThawAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await ThawAsync(CancellationToken.None).ConfigureAwait(false);
        throw new IOException("the processes of the group do not stop");
    }

    /// <summary>Lets every process go on; the v1 group made for the purpose goes when its processes have.</summary>
    public async Task ThawAsync(CancellationToken cancellation)
    {
        if (_unified is not null)
        {
            await File.WriteAllTextAsync($"{_unified}/cgroup.freeze", "0", cancellation).ConfigureAwait(false);
            _ = await IsAsync($"{_unified}/cgroup.events", "frozen 0", cancellation).ConfigureAwait(false);
        }
        else if (Directory.Exists(_legacy))
        {
            await File.WriteAllTextAsync($"{_legacy}/freezer.state", "THAWED", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the v1 group, whose processes have ended; harmless where there is none.</summary>
    public void Remove()
    {
        if (_legacy is not null && Directory.Exists(_legacy))
            Directory.Delete(_legacy);
    }

    private async Task<bool> FreezeLegacyAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_legacy!);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await GatherAsync(cancellation).ConfigureAwait(false);
            await File.WriteAllTextAsync($"{_legacy}/freezer.state", "FROZEN", cancellation).ConfigureAwait(false);
            if (await IsAsync($"{_legacy}/freezer.state", "FROZEN", cancellation).ConfigureAwait(false)
                && !_processes().Except(File.ReadLines($"{_legacy}/cgroup.procs"), StringComparer.Ordinal).Any())
            {
                return true;
            }

            await File.WriteAllTextAsync($"{_legacy}/freezer.state", "THAWED", cancellation).ConfigureAwait(false);
        }

        return false;
    }

    // Children are born in their parent's group: what was missed in one round is found in the next.
    private async Task GatherAsync(CancellationToken cancellation)
    {
        for (var round = 0; round < 20; round++)
        {
            var missing = _processes().Except(File.ReadLines($"{_legacy}/cgroup.procs"), StringComparer.Ordinal).ToList();
            if (missing.Count == 0)
                return;
            foreach (var pid in missing)
            {
                try
                {
                    await File.WriteAllTextAsync($"{_legacy}/cgroup.procs", pid, cancellation).ConfigureAwait(false);
                }
                catch (IOException e) when ((e.HResult & 0xFFFF) == Errno.ESRCH || !Directory.Exists($"/proc/{pid}"))
                {
                    // It ended meanwhile.
                }
            }
        }
    }

    private static async Task<bool> IsAsync(string file, string line, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (!File.ReadLines(file).Contains(line, StringComparer.Ordinal))
        {
            if (Environment.TickCount64 > deadline)
                return false;
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
