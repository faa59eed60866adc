using System.Buffers;
using System.Globalization;
using System.Text;

namespace Caisson.Network.Http;

/// <summary>Reads the head of a request, refusing everything that two readers might read differently.</summary>
internal static class HttpHeadParser
{
    private const int MaxFields = 128;

    private static readonly SearchValues<byte> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>Reads a head from the start of what was received: its length and the head, 0 when more is needed, -1 when it is malformed.</summary>
    public static int TryParse(ReadOnlySpan<byte> data, out HttpHead? head)
    {
        head = null;
        var end = data.IndexOf("\r\n\r\n"u8);
        var whole = end >= 0;
        var rest = whole ? data[..(end + 2)] : data;

        // A lone line feed or a control byte is refused as soon as it is seen, not only once the head is whole.
        if (HasBadBytes(rest))
            return -1;
        if (!whole)
            return 0;
        if (!TryReadLine(ref rest, out var line) || !TryReadRequestLine(line, out var method, out var target, out var minor))
            return -1;
        var fields = new List<KeyValuePair<string, string>>();
        while (TryReadLine(ref rest, out line))
        {
            if (fields.Count == MaxFields || !TryReadField(line, out var field))
                return -1;
            fields.Add(field);
        }

        if (!TryReadFraming(fields, minor, out var length, out var chunked))
            return -1;
        head = new(method, target, minor, fields, length, chunked);
        return end + 4;
    }

    /// <summary>Whether a text is a token, as method and field names are.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => text.Length > 0 && text.IndexOfAnyExcept(_token) < 0;

    private static bool HasBadBytes(ReadOnlySpan<byte> data)
    {
        for (var i = 0; i < data.Length; i++)
        {
            var b = data[i];
            if (b == '\r')
            {
                if (i + 1 < data.Length && data[i + 1] != '\n')
                    return true;
            }
            else if (b == '\n')
            {
                if (i == 0 || data[i - 1] != '\r')
                    return true;
            }
            else if ((b < 0x20 && b != '\t') || b == 0x7f)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf("\r\n"u8);
        line = end < 0 ? default : rest[..end];
        if (end < 0)
            return false;
        rest = rest[(end + 2)..];
        return true;
    }

    private static bool TryReadRequestLine(ReadOnlySpan<byte> line, out string method, out string target, out int minor)
    {
        (method, target, minor) = ("", "", 0);
        var first = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first + 1 || !IsToken(line[..first]))
            return false;
        var uri = line[(first + 1)..last];
        var version = line[(last + 1)..];
        if (uri.IndexOfAnyInRange((byte)0, (byte)' ') >= 0)
            return false;
        if (version.SequenceEqual("HTTP/1.1"u8))
            minor = 1;
        else if (!version.SequenceEqual("HTTP/1.0"u8))
            return false;
        method = Encoding.ASCII.GetString(line[..first]);
        target = Encoding.Latin1.GetString(uri);
        return true;
    }

    private static bool TryReadField(ReadOnlySpan<byte> line, out KeyValuePair<string, string> field)
    {
        field = default;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || !IsToken(line[..colon]))
            return false;
        field = new(Encoding.ASCII.GetString(line[..colon]), Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8)));
        return true;
    }

    private static bool TryReadFraming(List<KeyValuePair<string, string>> fields, int minor, out long? length, out bool chunked)
    {
        (length, chunked) = (null, false);
        var hosts = 0;
        foreach (var (name, value) in fields)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                hosts++;
            }
            else if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (length is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return false;
                length = number;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                if (chunked || minor == 0 || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                    return false;
                chunked = true;
            }
        }

        return hosts <= 1 && (hosts == 1 || minor == 0) && !(chunked && length is not null);
    }
}
