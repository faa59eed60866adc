using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Snapshots;

/// <summary>Gives a copy of a sandbox what must not be the same in two of them.</summary>
internal static class Identity
{
    private const string MachineId = "/etc/machine-id";
    private const string Root = "root";

    /// <summary>Writes a new machine id where the copied files have one.</summary>
    public static async Task RenewAsync(IGuestFiles files, CancellationToken cancellation)
    {
        try
        {
            _ = await files.StatAsync(MachineId, Root, cancellation);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            return;
        }

        using var id = new MemoryStream(Encoding.ASCII.GetBytes($"{RandomNumberGenerator.GetHexString(32, lowercase: true)}\n"));
        _ = await files.WriteAsync(MachineId, Root, id, new WriteOptions(), cancellation);
    }
}
