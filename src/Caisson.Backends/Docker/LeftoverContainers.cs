using Caisson.Core.Failures;
using Microsoft.Extensions.Logging;

namespace Caisson.Backends.Docker;

/// <summary>Containers of this state directory whose sandbox is no more: of a server that was killed, or of a time when the daemon was away.</summary>
internal sealed class LeftoverContainers(Daemon daemon, string stateDirectory, ILogger log)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private long _next;

    /// <summary>Removes them, at most once a minute; a daemon that does not answer is left for the next time.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var now = Environment.TickCount64;
        var due = Interlocked.Read(ref _next);
        if (now < due || Interlocked.CompareExchange(ref _next, now + (long)_interval.TotalMilliseconds, due) != due)
            return;
        try
        {
            foreach (var container in await daemon.ListAsync($"{SandboxContainer.StateLabel}={stateDirectory}", cancellation).ConfigureAwait(false))
            {
                // A sandbox's directory is made before its container.
                if (!container.Labels.TryGetValue(SandboxContainer.IdLabel, out var id) || Directory.Exists(Path.Combine(stateDirectory, "sandboxes", id)))
                    continue;
                await daemon.RemoveAsync(container.ID, cancellation).ConfigureAwait(false);
                DockerLog.ContainerSwept(log, SandboxContainer.NameOf(id));
            }
        }
        catch (CaissonException)
        {
            // Whoever starts a sandbox or asks the doctor hears of it.
        }
    }
}
