using System.Security.Cryptography;
using System.Text;

namespace Caisson.Server.Auth;

/// <summary>The form of API keys: <c>e2b_</c> and 48 hex digits, which every E2B client accepts.</summary>
internal static class ApiKey
{
    /// <summary>The longest text that is looked at as a key.</summary>
    public const int MaximumLength = 256;

    private const string Prefix = "e2b_";

    /// <summary>Draws a key from the system's random source.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetHexString(48, lowercase: true);

    /// <summary>The only form in which a key is kept: SHA-256 in lower-case hex. A key has 192 random bits, so no slow hash is needed.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Draws a public name for a key.</summary>
    public static string NewId() => "key_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
}
