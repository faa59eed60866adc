using Caisson.Backends.MicroVm.Monitors;
using Caisson.Core.Failures;
using Caisson.Protocol.Host;
using Caisson.Protocol.Lines;

namespace Caisson.Backends.MicroVm.Snapshots;

/// <summary>A machine that is started to be told something and kept.</summary>
internal static class PassingMachine
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _keeping = TimeSpan.FromSeconds(60);

    /// <summary>Starts it, has its guest told, stops it, and tells the state of its devices; it has ended then.</summary>
    /// <param name="monitor">What runs it.</param>
    /// <param name="place">Where it runs.</param>
    /// <param name="start">The machine.</param>
    /// <param name="patience">How long it has until it was told all.</param>
    /// <param name="tell">Talks to its guest.</param>
    public static async Task<byte[]> KeepAsync(IMachineMonitor monitor, PassingPlace place, MachineStart start, TimeSpan patience, Func<GuestClient, CancellationToken, Task> tell)
    {
        using var limit = new CancellationTokenSource(patience);
        var machine = await monitor.StartAsync(start, limit.Token).ConfigureAwait(false);
        try
        {
            place.Note(machine);
            await using (var line = await Line.OpenAsync(await machine.OpenLineAsync(limit.Token).ConfigureAwait(false), LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, limit.Token).ConfigureAwait(false))
            await using (var guest = new GuestClient(await line.OpenControlAsync(limit.Token).ConfigureAwait(false)))
            {
                await tell(guest, limit.Token).ConfigureAwait(false);
                limit.CancelAfter(_keeping);
            }

            // The guest sees that nobody is there any more, and rests.
            await Task.Delay(_quiet, limit.Token).ConfigureAwait(false);
            await machine.StopAsync(limit.Token).ConfigureAwait(false);
            return await machine.KeepAsync(limit.Token).ConfigureAwait(false);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Unavailable)
        {
            throw new CaissonException(e.Code, $"the machine's monitor ended: {machine.Messages()}", "run 'caisson doctor'", inner: e);
        }
        finally
        {
            await machine.EndAsync().ConfigureAwait(false);
        }
    }
}
