using System.Security.Cryptography;
using System.Text;

namespace Caisson.Network.Proxies;

/// <summary>What a proxy client must show: <c>user:password</c>, or a password that any user name goes with.</summary>
internal sealed class ProxyCredential(string? text)
{
    /// <summary>Whether one is wanted.</summary>
    public bool Wanted => text is not null;

    /// <summary>Whether a user name and password are right, in a time that does not tell how nearly.</summary>
    public bool Accepts(string user, string password)
    {
        if (text is null)
            return true;
        var shown = text.Contains(':', StringComparison.Ordinal) ? $"{user}:{password}" : password;
        return CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Whether the value of a Proxy-Authorization field is right.</summary>
    public bool AcceptsBasic(string? field)
    {
        if (text is null)
            return true;
        if (field is null || !field.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[field.Length];
        if (!Convert.TryFromBase64String(field[6..].Trim(), bytes, out var length))
            return false;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && Accepts(pair[..colon], pair[(colon + 1)..]);
    }
}
