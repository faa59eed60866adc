namespace Caisson.Images.Archives;

/// <summary>Reads a tar archive front to back in bounded memory, whatever its headers claim.</summary>
internal sealed class TarStream(Stream source)
{
    private const int LongestExtension = 1 << 20;
    private const int MostExtensions = 8;
    private readonly byte[] _block = new byte[TarHeader.Size];
    private long _left;
    private int _padding;

    /// <summary>The next entry, or null at the end; what was not read of the one before is skipped.</summary>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken cancellation)
    {
        await SkipAsync(_left + _padding, cancellation).ConfigureAwait(false);
        (_left, _padding) = (0, 0);
        var extension = new TarExtension();
        for (var extensions = 0; await ReadBlockAsync(cancellation).ConfigureAwait(false); extensions++)
        {
            if (extensions > MostExtensions)
                throw new InvalidDataException("an entry of the archive has too many extension headers");
            var type = new TarHeader(_block).Type;
            if (type is not ('x' or 'g' or 'L' or 'K'))
                return Entry(extension);
            var content = await ReadExtensionAsync(new TarHeader(_block).ContentSize, cancellation).ConfigureAwait(false);
            if (type == 'x')
                extension.Read(content);
            else if (type == 'L')
                extension.Name = TarHeader.Text(content);
            else if (type == 'K')
                extension.Target = TarHeader.Text(content);
        }

        return null;
    }

    /// <summary>Reads on in the content of the current entry; zero at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (_left == 0)
            return 0;
        var count = await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellation).ConfigureAwait(false);
        if (count == 0)
            throw new EndOfStreamException("the archive ends in the middle of an entry");
        _left -= count;
        return count;
    }

    private TarEntry Entry(TarExtension extension)
    {
        var header = new TarHeader(_block);
        var name = extension.Name ?? header.Name;
        var kind = header.Type switch
        {
            '0' or '\0' or '7' => name.EndsWith('/') ? TarEntryKind.Directory : TarEntryKind.File,
            '1' => TarEntryKind.HardLink,
            '2' => TarEntryKind.Link,
            '5' => TarEntryKind.Directory,
            '3' or '4' or '6' => TarEntryKind.Special,
            'S' => throw new InvalidDataException("the archive has sparse files, which are not supported"),
            var other => throw new InvalidDataException($"the archive has an entry of the unknown type 0x{(int)other:x2}"),
        };
        var size = extension.Size ?? header.ContentSize;
        // Links and directories have no content, whatever old programs wrote as their size.
        if (kind != TarEntryKind.File)
            size = 0;
        _left = size;
        _padding = (int)(-size & (TarHeader.Size - 1));
        return new TarEntry(name, kind, size, header.Mode, extension.User ?? header.User, extension.Group ?? header.Group, extension.ModifiedAt ?? header.ModifiedAt, extension.Target ?? header.Target);
    }

    // The end is two blocks of zeros, or simply the end.
    private async ValueTask<bool> ReadBlockAsync(CancellationToken cancellation)
    {
        var count = await source.ReadAtLeastAsync(_block, TarHeader.Size, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (count == 0 || (count == TarHeader.Size && _block.AsSpan().IndexOfAnyExcept((byte)0) < 0))
            return false;
        return count == TarHeader.Size && new TarHeader(_block).IsValid ? true : throw new InvalidDataException("this is no tar archive, or a damaged one");
    }

    private async ValueTask<byte[]> ReadExtensionAsync(long size, CancellationToken cancellation)
    {
        if (size > LongestExtension)
            throw new InvalidDataException("an extension header of the archive is longer than 1 MiB");
        var content = new byte[size];
        await source.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);
        await SkipAsync(-size & (TarHeader.Size - 1), cancellation).ConfigureAwait(false);
        return content;
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellation)
    {
        var buffer = count > 0 ? new byte[Math.Min(count, 64 << 10)] : [];
        while (count > 0)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellation).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException("the archive ends in the middle of an entry");
            count -= read;
        }
    }
}
