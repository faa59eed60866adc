using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Caisson.Core.Serialization;

namespace Caisson.Core.Sandboxes;

/// <summary>The name of one sandbox: twenty characters of [a-z0-9], about 103 random bits.</summary>
[JsonConverter(typeof(SandboxIdConverter))]
public readonly record struct SandboxId
{
    /// <summary>How many characters an id has.</summary>
    public const int Length = 20;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<char> _allowed = SearchValues.Create(Alphabet);

    private readonly string? _value;

    private SandboxId(string value) => _value = value;

    /// <summary>The id as text; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>Draws a fresh id from the system's random source.</summary>
    /// <remarks>RandomNumberGenerator draws from OpenSSL, and loading that would be a good part of a short run's whole time.</remarks>
    public static SandboxId New()
    {
        Span<char> text = stackalloc char[Length];
        Span<byte> drawn = stackalloc byte[16];
        for (var count = 0; count < Length;)
        {
            Guid.NewGuid().TryWriteBytes(drawn);
            for (var i = 0; i < drawn.Length && count < Length; i++)
            {
                // Bytes 6 to 8 of a Guid are not all random; bytes above the last whole multiple would favour some characters.
                if (i is < 6 or > 8 && drawn[i] < byte.MaxValue / Alphabet.Length * Alphabet.Length)
                    text[count++] = Alphabet[drawn[i] % Alphabet.Length];
            }
        }

        return new SandboxId(new string(text));
    }

    /// <summary>Reads an id, refusing any text that is not twenty characters of [a-z0-9].</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SandboxId id)
    {
        var ok = text is { Length: Length } && text.AsSpan().IndexOfAnyExcept(_allowed) < 0;
        id = ok ? new SandboxId(text!) : default;
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
