using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace Caisson.Connect.Envelopes;

/// <summary>Reads the enveloped messages of a stream's request body.</summary>
internal sealed class EnvelopeReader<T>(Stream body, JsonTypeInfo<T> type, int maxBytes)
{
    private const int HeaderLength = 5;

    /// <summary>The one message of a server-streaming call.</summary>
    public async Task<T> ReadSingleAsync(CancellationToken cancellation)
    {
        var (found, message) = await ReadAsync(cancellation);
        if (!found)
            throw new ConnectException(ConnectCode.Unimplemented, "a server stream takes exactly one message; none was sent");
        var (second, _) = await ReadAsync(cancellation);
        if (second)
            throw new ConnectException(ConnectCode.Unimplemented, "a server stream takes exactly one message; more were sent");
        return message!;
    }

    /// <summary>Every message until the body ends.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await ReadAsync(cancellation) is (true, { } message))
            yield return message;
    }

    private async Task<(bool Found, T? Message)> ReadAsync(CancellationToken cancellation)
    {
        var header = new byte[HeaderLength];
        var read = await body.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation);
        if (read == 0)
            return (false, default);
        if (read < HeaderLength)
            throw Truncated();
        if (header[0] != 0)
            throw new ConnectException(ConnectCode.Internal, $"envelope flags 0x{header[0]:x2} are not accepted; compressed messages need a negotiated compression");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > maxBytes)
            throw ConnectMessage.TooLarge(maxBytes);

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var payload = buffer.AsMemory(0, (int)length);
            if (await body.ReadAtLeastAsync(payload, (int)length, throwOnEndOfStream: false, cancellation) < (int)length)
                throw Truncated();
            return (true, ConnectMessage.Parse(payload.Span, type));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ConnectException Truncated() => new(ConnectCode.InvalidArgument, "the request ended inside an envelope");
}
