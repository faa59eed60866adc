using System.Globalization;

namespace Caisson.Images.Archives;

/// <summary>What extension headers say of the entry that follows them; extended attributes are not taken.</summary>
internal sealed class TarExtension
{
    public string? Name { get; set; }

    public string? Target { get; set; }

    public long? Size { get; private set; }

    public long? User { get; private set; }

    public long? Group { get; private set; }

    public long? ModifiedAt { get; private set; }

    /// <summary>Reads records of the form <c>LENGTH KEY=VALUE\n</c> (POSIX pax).</summary>
    public void Read(ReadOnlySpan<byte> records)
    {
        while (records.Length > 0)
        {
            var space = records.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 1 || length > records.Length)
                throw new InvalidDataException("an extension header of the archive cannot be read");
            var record = records[(space + 1)..length].TrimEnd((byte)'\n');
            records = records[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw new InvalidDataException("an extension header of the archive cannot be read");
            Take(record[..equals], record[(equals + 1)..]);
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.StartsWith("GNU.sparse."u8))
            throw new InvalidDataException("the archive has sparse files, which are not supported");
        if (key.SequenceEqual("path"u8))
            Name = WholeText(value);
        else if (key.SequenceEqual("linkpath"u8))
            Target = WholeText(value);
        else if (key.SequenceEqual("size"u8))
            Size = Number(value);
        else if (key.SequenceEqual("uid"u8))
            User = Number(value);
        else if (key.SequenceEqual("gid"u8))
            Group = Number(value);
        else if (key.SequenceEqual("mtime"u8))
            ModifiedAt = Seconds(value);
    }

    private static string WholeText(ReadOnlySpan<byte> value) =>
        value.Contains((byte)0) ? throw new InvalidDataException("a name in the archive has a NUL in it") : TarHeader.Text(value);

    private static long Number(ReadOnlySpan<byte> value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InvalidDataException("a figure in the archive cannot be read");

    private static long Seconds(ReadOnlySpan<byte> value)
    {
        var point = value.IndexOf((byte)'.');
        return long.TryParse(point < 0 ? value : value[..point], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
