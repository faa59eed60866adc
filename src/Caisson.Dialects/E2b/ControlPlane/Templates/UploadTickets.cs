using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Leave to send one archive, for a client that sends it without its key; valid for an hour, in this process.</summary>
internal sealed class UploadTickets(TimeProvider time)
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "Caisson-Upload";

    private static readonly TimeSpan _life = TimeSpan.FromHours(1);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Issue(string tenant, string hash)
    {
        var end = (time.GetUtcNow() + _life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var owner = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(tenant));
        return $"{owner}.{end}.{Seal(owner, end, hash)}";
    }

    /// <summary>Whose leave a ticket is for that hash, or null where it is none, or no more.</summary>
    public string? TenantOf(string ticket, string hash)
    {
        if (ticket.Length > 2048 || ticket.Split('.') is not [var owner, var end, var seal])
            return null;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Seal(owner, end, hash)), Encoding.ASCII.GetBytes(seal)))
            return null;
        return long.Parse(end, CultureInfo.InvariantCulture) >= time.GetUtcNow().ToUnixTimeSeconds() ? Encoding.UTF8.GetString(Convert.FromHexString(owner)) : null;
    }

    private string Seal(string owner, string end, string hash) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{owner}.{end}.{hash}")));
}
