using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>Breaks long silences of a stream, so that nothing on the way takes it for dead.</summary>
internal static class KeepAlive
{
    private const int DefaultSeconds = 90;
    private const int LongestSeconds = 600;

    public static TimeSpan Interval(HttpContext http) =>
        int.TryParse(http.Request.Headers["Keepalive-Ping-Interval"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, LongestSeconds))
            : TimeSpan.FromSeconds(DefaultSeconds);

    /// <summary>The source's items as they come, and <paramref name="ping"/> after every silence. The source is asked for one item at a time.</summary>
    public static async IAsyncEnumerable<T> Interleave<T>(
        IAsyncEnumerable<T> source,
        TimeSpan silence,
        T ping,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var items = source.GetAsyncEnumerator(reading.Token);
        Task<bool>? pending = null;
        try
        {
            while (true)
            {
                pending = items.MoveNextAsync().AsTask();
                while (!await ArrivesAsync(pending, silence, time))
                    yield return ping;
                if (!await pending)
                    yield break;
                yield return items.Current;
            }
        }
        finally
        {
            // An enumerator must not be disposed while it is being advanced.
            await reading.CancelAsync();
            if (pending is not null)
                await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await items.DisposeAsync();
        }
    }

    private static async ValueTask<bool> ArrivesAsync(Task<bool> item, TimeSpan silence, TimeProvider time)
    {
        if (item.IsCompleted)
            return true;
        await ((Task)item).WaitAsync(silence, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return item.IsCompleted;
    }
}
