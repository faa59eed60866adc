using System.Buffers;

namespace Caisson.Network.Streams;

/// <summary>Carries bytes between two wires until both sides have said all.</summary>
internal static class Relay
{
    private const int BufferSize = 32 * 1024;

    /// <summary>Carries both ways; a side that ends is closed towards the other, and a side that breaks ends both.</summary>
    public static async Task RunAsync(Wire one, Wire other, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await BothAsync(CopyAsync(one, other, linked.Token), CopyAsync(other, one, linked.Token), linked);
    }

    /// <summary>Waits for both directions, ending the second as soon as the first breaks.</summary>
    public static async Task BothAsync(Task first, Task second, CancellationTokenSource both)
    {
        var ended = await Task.WhenAny(first, second);
        if (!ended.IsCompletedSuccessfully)
            await both.CancelAsync();
        await Task.WhenAll(first, second);
    }

    /// <summary>Carries one way to the end and closes the sending side.</summary>
    public static async Task CopyAsync(Wire from, Wire to, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReadAsync(buffer, cancellation) is var count and > 0)
                await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await to.CloseWriteAsync();
    }
}
