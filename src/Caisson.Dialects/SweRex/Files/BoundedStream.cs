using Caisson.Core.Streams;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>A stream that gives no more than so many bytes and then fails.</summary>
internal sealed class BoundedStream(Stream inner, long left) : ForwardStream
{
    /// <summary>How many more it may give.</summary>
    public long Left { get; private set; } = left;

    /// <summary>Whether there was more.</summary>
    public bool IsOver { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Left -= read;
        IsOver |= Left < 0;
        return IsOver ? throw new IOException("there is more than may be") : read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
