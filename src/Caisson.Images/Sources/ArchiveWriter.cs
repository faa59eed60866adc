using System.Globalization;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Images.Archives;

namespace Caisson.Images.Sources;

/// <summary>Writes the tar archive of an image layout to a stream that only goes forward, from content whose size is known beforehand.</summary>
internal sealed class ArchiveWriter(Stream target)
{
    private const int LongestName = 100;
    private const long LargestOctal = 0x1_FFFF_FFFF;

    /// <summary>Adds a file; content that is shorter or longer than stated is a failure.</summary>
    public async Task WriteAsync(string name, long size, Stream content, CancellationToken cancellation)
    {
        await target.WriteAsync(Header(name, size), cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 18];
        long done = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; done += read)
        {
            if (read > size - done)
                throw Wrong(name, size);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }

        if (done != size)
            throw Wrong(name, size);
        await target.WriteAsync(new byte[-size & (TarHeader.Size - 1)], cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds a small file.</summary>
    public async Task WriteAsync(string name, byte[] content, CancellationToken cancellation)
    {
        using var stream = new MemoryStream(content);
        await WriteAsync(name, content.Length, stream, cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the archive.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        await target.WriteAsync(new byte[2 * TarHeader.Size], cancellation).ConfigureAwait(false);
        await target.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private static byte[] Header(string name, long size)
    {
        if (Encoding.UTF8.GetByteCount(name) > LongestName || size is < 0 or > LargestOctal)
            throw new CaissonException(ErrorCode.InvalidArgument, $"'{name}' cannot be part of an image: its name is longer than {LongestName} bytes, or it is larger than 8 GiB");
        var header = new byte[TarHeader.Size];
        Encoding.UTF8.GetBytes(name, header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\00000000\0"u8.CopyTo(header.AsSpan(108));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0'), header.AsSpan(124));
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)'0';
        "ustar\000"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148));
        return header;
    }

    private static CaissonException Wrong(string name, long size) => new(
        ErrorCode.Unavailable, string.Create(CultureInfo.InvariantCulture, $"'{name}' is not the {size} bytes that were announced"), "Try again; the transfer may have broken off.");
}
