using System.Security.Cryptography;
using Caisson.Core.Failures;
using Caisson.Core.Streams;

namespace Caisson.Images.Archives;

/// <summary>Passes a stream on, counting it against a bound and hashing it as it goes by.</summary>
internal sealed class MeteredStream(Stream source, long most, string what, bool hashes) : ForwardStream
{
    private readonly IncrementalHash? _hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _count;

    /// <summary>Bytes so far.</summary>
    public long Count => _count;

    /// <inheritdoc/>
    public override long Position { get => _count; set => throw new NotSupportedException(); }

    /// <summary>Reads what is left and gives the address of all of it.</summary>
    public async Task<Oci.Digest> FinishAsync(CancellationToken cancellation)
    {
        var buffer = new byte[64 << 10];
        while (await ReadAsync(buffer, cancellation).ConfigureAwait(false) > 0)
        {
        }

        return Oci.Digest.Of(_hash!);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Take(buffer, await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsMemory(offset), source.Read(buffer, offset, count));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash?.Dispose();
        base.Dispose(disposing);
    }

    private int Take(ReadOnlyMemory<byte> buffer, int count)
    {
        _count += count;
        if (_count > most)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"{what} is larger than {most} bytes, which is the most an image may take", "Import a smaller image.");
        _hash?.AppendData(buffer.Span[..count]);
        return count;
    }
}
