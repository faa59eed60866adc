using Caisson.Core.Streams;

namespace Caisson.Protocol.Host;

/// <summary>The content of a file inside, as a forward-only stream.</summary>
internal sealed class GuestReadStream(GuestCall call) : ForwardStream
{
    private ReadOnlyMemory<byte> _rest;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && !_ended)
        {
            if (await call.ReadAsync(cancellationToken).ConfigureAwait(false) is { } item)
                _rest = item.Data;
            else
                _ended = true;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await call.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
