using System.Security.Cryptography;
using System.Text;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Compares tokens without telling by time how much of one was right.</summary>
internal static class AccessTokens
{
    public static bool Match(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
