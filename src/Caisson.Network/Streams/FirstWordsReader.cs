using Caisson.Network.Http;

namespace Caisson.Network.Streams;

/// <summary>Tells TLS, HTTP and everything else apart by the first bytes.</summary>
internal static class FirstWordsReader
{
    private const int MaxMethod = 32;

    private static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PRI"];

    /// <summary>Looks at what was received so far.</summary>
    public static FirstWords Read(ReadOnlySpan<byte> data)
    {
        if (data.Length == 0)
            return FirstWords.Undecided;
        if (data[0] == 0x16)
            return data.Length < 2 ? FirstWords.Undecided : data[1] == 3 ? FirstWords.Tls : FirstWords.Other;

        // Some servers skip blank lines and space before a request, so what follows them counts; the strict parser refuses them later.
        var text = data.TrimStart("\r\n\t "u8);
        if (text.Length == 0)
            return data.Length > 64 ? FirstWords.Other : FirstWords.Undecided;
        var end = text.IndexOfAny(" \t\r\n"u8);
        var word = end < 0 ? text : text[..end];
        if (word.Length > MaxMethod || !HttpHeadParser.IsToken(word))
            return FirstWords.Other;
        if (end < 0)
            return FirstWords.Undecided;
        if (IsMethod(word))
            return FirstWords.Http;
        if (text[end] is (byte)'\r' or (byte)'\n')
            return FirstWords.Other;
        var line = text.IndexOf((byte)'\n');
        if (line < 0)
            return text.Length > 8192 ? FirstWords.Other : FirstWords.Undecided;
        return text[..line].IndexOf(" HTTP/"u8) >= 0 || text[..line].IndexOf("\tHTTP/"u8) >= 0 ? FirstWords.Http : FirstWords.Other;
    }

    private static bool IsMethod(ReadOnlySpan<byte> word)
    {
        foreach (var method in _methods)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(word, method))
                return true;
        }

        return false;
    }
}
