using System.Security.Cryptography;

namespace Caisson.Protocol.Lines;

/// <summary>How a host begins on a serial line: a token that both know, and a number of its own that comes back before anything else.</summary>
/// <remarks>
/// A serial line is never closed, so what an earlier host left on it, either way, must be told from what is new. Up to the answer the host throws
/// away what it reads; the guest takes a greeting wherever a piece of the line begins with one.
/// </remarks>
public static class LineGreeting
{
    /// <summary>The port that a machine's guest listens on where the line is a vsock connection; no program inside may take it.</summary>
    public const int VsockPort = 617;

    /// <summary>Bytes of the token.</summary>
    public const int TokenSize = 16;

    /// <summary>Bytes of a greeting and of its answer: the token and the number.</summary>
    public const int Size = TokenSize + 16;

    /// <summary>The token of a machine that is nobody's yet.</summary>
    public static ReadOnlySpan<byte> FirstToken => "caisson-line-one"u8;

    /// <summary>Makes a greeting.</summary>
    public static byte[] Make(ReadOnlySpan<byte> token)
    {
        var greeting = new byte[Size];
        token.CopyTo(greeting);
        RandomNumberGenerator.Fill(greeting.AsSpan(TokenSize));
        return greeting;
    }
}
