using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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
    public static SandboxId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

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
