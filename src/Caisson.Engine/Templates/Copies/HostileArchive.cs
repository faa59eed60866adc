using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Streams;

namespace Caisson.Engine.Templates.Copies;

/// <summary>Reads a tar archive, plain or gzip, that somebody else made: everything is bounded, and what could reach out of it is refused.</summary>
/// <remarks>Our own reader, because the library's holds a whole extension header in memory, however long an archive says that it is.</remarks>
internal sealed class HostileArchive : IAsyncDisposable
{
    private const int Block = 512;
    private const int LongestExtension = 64 << 10;
    private const int LongestPath = 4096;

    private readonly Stream _stream;
    private readonly ArchiveLimits _limits;
    private readonly byte[] _header = new byte[Block];
    private long _left;
    private long _padding;
    private long _total;
    private int _entries;

    private HostileArchive(Stream stream, ArchiveLimits limits) => (_stream, _limits) = (stream, limits);

    /// <summary>Opens an archive, which is then owned.</summary>
    public static async Task<HostileArchive> OpenAsync(Stream source, ArchiveLimits limits, CancellationToken cancellation)
    {
        var magic = new byte[2];
        var read = await source.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellation);
        Stream whole = source.CanSeek ? source : new PrefixedStream(magic.AsMemory(0, read), source);
        if (source.CanSeek)
            source.Position = 0;
        return new HostileArchive(read == 2 && magic[0] == 0x1F && magic[1] == 0x8B ? new GZipStream(whole, CompressionMode.Decompress) : whole, limits);
    }

    /// <summary>The next entry, or null at the end; what was not read of the one before is passed over.</summary>
    public async Task<TarItem?> NextAsync(CancellationToken cancellation)
    {
        string? path = null;
        string? link = null;
        long? size = null;
        while (true)
        {
            await SkipAsync(cancellation);
            if (!await ReadBlockAsync(cancellation))
                return null;
            if (++_entries > _limits.MostEntries)
                throw Bad($"it has more than {_limits.MostEntries} entries");
            var declared = Number(124, 12);
            switch ((char)_header[156])
            {
                case 'x':
                    (path, link, size) = Extended(await ExtensionAsync(declared, cancellation), path, link, size);
                    continue;
                case 'g':
                    _ = await ExtensionAsync(declared, cancellation);
                    continue;
                case 'L':
                    path = Terminated(await ExtensionAsync(declared, cancellation));
                    continue;
                case 'K':
                    link = Terminated(await ExtensionAsync(declared, cancellation));
                    continue;
                default:
                    return Item((char)_header[156], path ?? Name(), link ?? Terminated(_header.AsSpan(157, 100)), size ?? declared);
            }
        }
    }

    /// <summary>Reads on in the content of the entry that came last; 0 at its end.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var count = (int)Math.Min(buffer.Length, _left);
        if (count == 0)
            return 0;
        await FillAsync(buffer[..count], cancellation);
        _left -= count;
        return count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private TarItem Item(char type, string path, string link, long size)
    {
        TarEntryKind kind = type switch
        {
            '0' or '\0' or '7' => path.EndsWith('/') ? TarEntryKind.Directory : TarEntryKind.File,
            '1' => TarEntryKind.HardLink,
            '2' => TarEntryKind.SymbolicLink,
            '5' => TarEntryKind.Directory,
            _ => throw Bad($"'{Shown(path)}' is neither a file, a directory nor a link"),
        };
        if (kind != TarEntryKind.File)
            size = 0;
        if (size < 0 || (_total += size) > _limits.MostBytes)
            throw Bad($"it unpacks to more than {_limits.MostBytes >> 20} MiB");
        (_left, _padding) = (size, (Block - (size % Block)) % Block);
        var target = kind == TarEntryKind.HardLink ? Checked(link) : link;
        if (kind == TarEntryKind.SymbolicLink && (target.Length is 0 or > LongestPath || target.Contains('\0', StringComparison.Ordinal)))
            throw Bad($"the link '{Shown(path)}' leads nowhere");
        return new TarItem(Checked(path), kind, (int)Number(100, 8) & 0xFFF, size, target);
    }

    // A path is of parts below the root of the archive; whatever else it is, it is meant to reach out.
    private static string Checked(string path)
    {
        if (path.Length > LongestPath || path.Contains('\0', StringComparison.Ordinal) || path.StartsWith('/') || path.Contains('\uFFFD', StringComparison.Ordinal))
            throw Bad($"'{Shown(path)}' is no path that could be unpacked");
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        return parts.Contains("..", StringComparer.Ordinal) ? throw Bad($"'{Shown(path)}' leads out of it") : string.Join('/', parts);
    }

    private string Name()
    {
        var name = Terminated(_header.AsSpan(0, 100));
        // Only POSIX archives have a prefix there; in old GNU ones these bytes are times.
        var prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Terminated(_header.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private async Task<bool> ReadBlockAsync(CancellationToken cancellation)
    {
        var read = await ReadRawAsync(_header, cancellation);
        if (read == 0 || !_header.AsSpan(0, read).ContainsAnyExcept((byte)0))
            return false;
        if (read < Block)
            throw Bad("it breaks off");
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : _header[i];
        return sum == Number(148, 8) ? true : throw Bad("it is damaged, or no tar archive");
    }

    private async Task<byte[]> ExtensionAsync(long size, CancellationToken cancellation)
    {
        if (size is < 0 or > LongestExtension)
            throw Bad("an extension header is too long");
        var content = new byte[size];
        await FillAsync(content, cancellation);
        (_left, _padding) = (0, (Block - (size % Block)) % Block);
        return content;
    }

    private static (string? Path, string? Link, long? Size) Extended(byte[] records, string? path, string? link, long? size)
    {
        for (var rest = records.AsSpan(); rest.Length > 0;)
        {
            var space = rest.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 2 || length > rest.Length)
                throw Bad("an extension header is damaged");
            var record = rest[(space + 1)..(length - 1)];
            rest = rest[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0)
                continue;
            var value = Encoding.UTF8.GetString(record[(equals + 1)..]);
            if (record[..equals].SequenceEqual("path"u8))
                path = value;
            else if (record[..equals].SequenceEqual("linkpath"u8))
                link = value;
            else if (record[..equals].SequenceEqual("size"u8))
                size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : throw Bad("an extension header is damaged");
        }

        return (path, link, size);
    }

    private long Number(int at, int length)
    {
        var field = _header.AsSpan(at, length);
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // Base 256, for what octal digits cannot hold; eight bytes are more than any bound of ours.
            foreach (var part in field[^8..])
                value = (value << 8) | part;
            return value;
        }

        foreach (var digit in field)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
                value = (value << 3) | (uint)(digit - '0');
            else if (digit is not ((byte)' ' or 0))
                throw Bad("it is damaged, or no tar archive");
        }

        return value;
    }

    private async Task SkipAsync(CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(32 << 10);
        try
        {
            for (var left = _left + _padding; left > 0;)
            {
                var count = (int)Math.Min(left, buffer.Length);
                await FillAsync(buffer.AsMemory(0, count), cancellation);
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        (_left, _padding) = (0, 0);
    }

    private async Task FillAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (await ReadRawAsync(buffer, cancellation) < buffer.Length)
            throw Bad("it breaks off");
    }

    private async Task<int> ReadRawAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await _stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        }
        catch (InvalidDataException damaged)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, "the archive is damaged: its compression cannot be read", inner: damaged);
        }
    }

    private static string Terminated(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    private static string Shown(string path) => new([.. path.Take(100).Select(c => char.IsControl(c) ? '?' : c)]);

    private static CaissonException Bad(string what) => new(ErrorCode.InvalidArgument, $"the archive cannot be unpacked: {what}");
}
