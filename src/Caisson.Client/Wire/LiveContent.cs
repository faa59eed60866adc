using System.Net;

namespace Caisson.Client.Wire;

/// <summary>A request body sent piece by piece as its source yields, so that a person's typing arrives at once.</summary>
internal sealed class LiveContent(Stream source) : HttpContent
{
    private const int Piece = 32 << 10;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[Piece];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
