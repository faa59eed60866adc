namespace Caisson.Bench.Peers;

/// <summary>A peer that this machine may or may not be able to run.</summary>
/// <param name="Value">The peer, or null.</param>
/// <param name="Reason">Why there is none, or null.</param>
internal sealed record Peer<T>(T? Value, string? Reason)
    where T : class
{
    public static async Task<Peer<T>> TryAsync(Func<Task<T>> start)
    {
        try
        {
            return new Peer<T>(await start(), null);
        }
        catch (Exception e) when (e is BenchException or IOException or UnauthorizedAccessException)
        {
            return new Peer<T>(null, e.Message);
        }
    }
}
