using System.Text;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sessions;

namespace Caisson.Dialects.SweRex.Files;

/// <summary>Encodings and ways with errors by the names that clients give them.</summary>
internal static class TextEncodings
{
    /// <summary>Reads bytes as text.</summary>
    public static string Read(ReadOnlySpan<byte> bytes, string? encoding, string? errors)
    {
        var name = encoding ?? "utf-8";
        var known = Known(name, errors ?? "strict");
        // One such mark is part of these encodings, and not of the text.
        if (known.Preamble.Length > 0 && name.Replace('_', '-').ToLowerInvariant() is "utf-8-sig" or "utf-16" or "utf-32" && bytes.StartsWith(known.Preamble))
            bytes = bytes[known.Preamble.Length..];
        try
        {
            return known.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw RaisedFailure.Builtin("UnicodeDecodeError", $"{PythonText.Quote(name)} codec can't decode byte at position {e.Index}");
        }
    }

    private static Encoding Known(string name, string errors)
    {
        DecoderFallback fallback = errors switch
        {
            "strict" => DecoderFallback.ExceptionFallback,
            "ignore" => new DecoderReplacementFallback(""),
            "replace" => new DecoderReplacementFallback("\uFFFD"),
            "backslashreplace" => new EscapedBytes(),
            _ => throw RaisedFailure.Builtin("LookupError", $"unknown error handler name {PythonText.Quote(errors)}"),
        };
        var form = name.Replace('_', '-').ToLowerInvariant() switch
        {
            "utf8" or "u8" or "utf-8-sig" => "utf-8",
            "latin1" or "latin-1" or "l1" or "iso8859-1" => "iso-8859-1",
            "ascii" => "us-ascii",
            "utf16" or "utf-16-le" => "utf-16",
            "utf-16-be" => "utf-16BE",
            "utf32" or "utf-32-le" => "utf-32",
            var other => other,
        };
        try
        {
            return Encoding.GetEncoding(form, EncoderFallback.ReplacementFallback, fallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw RaisedFailure.Builtin("LookupError", $"unknown encoding: {name}");
        }
    }
}
