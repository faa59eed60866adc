using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Caisson.Core.Failures;

namespace Caisson.Images.Oci;

/// <summary>A SHA-256 content address, <c>sha256:</c> and 64 hexadecimal digits.</summary>
public readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");
    private readonly string? _hexadecimal;

    private Digest(string hexadecimal) => _hexadecimal = hexadecimal;

    /// <summary>The digits alone.</summary>
    public string Hex => _hexadecimal ?? "";

    /// <summary>The address of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>The address that a finished hash stands for.</summary>
    public static Digest Of(IncrementalHash hash) => new(Convert.ToHexStringLower(hash.GetHashAndReset()));

    /// <summary>Reads an address with its algorithm.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        var isOne = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && IsHex(text.AsSpan(Prefix.Length));
        digest = isOne ? new Digest(text![Prefix.Length..]) : default;
        return isOne;
    }

    /// <summary>Reads an address, or refuses the image that has it.</summary>
    public static Digest Parse(string? text) => TryParse(text, out var digest)
        ? digest
        : throw new CaissonException(ErrorCode.InvalidArgument, "the image has a content address that is no sha256", "Images addressed by other algorithms are not supported.");

    /// <summary>Reads 64 digits.</summary>
    internal static bool TryParseHex(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = IsHex(text) ? new Digest(text.ToString()) : default;
        return digest.Hex.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;

    private static bool IsHex(ReadOnlySpan<char> text) => text.Length == 64 && text.IndexOfAnyExcept(_hex) < 0;
}
