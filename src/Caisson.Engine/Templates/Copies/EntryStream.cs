using Caisson.Core.Streams;

namespace Caisson.Engine.Templates.Copies;

/// <summary>The content of the entry that an archive is at.</summary>
internal sealed class EntryStream(HostileArchive archive) : ForwardStream
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(archive.ReadAsync(buffer, cancellationToken));
}
