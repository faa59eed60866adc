using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Network.Egress;

namespace Caisson.Walls.Doors;

/// <summary>Makes programs inside trust the gateway's certificates, once a sandbox and server.</summary>
internal sealed class GatewayTrust(EgressGateway gateway)
{
    /// <summary>Where Debian's programs look for authorities.</summary>
    public const string Bundle = "/etc/ssl/certs/ca-certificates.crt";

    private const string Own = "/usr/local/share/ca-certificates/caisson.crt";
    private const long MaxBundle = 4 << 20;
    private const string Root = "root";
    private bool _installed;

    /// <summary>Adds the gateway's authority to the bundle inside.</summary>
    public async Task InstallAsync(IGuestFiles files, CancellationToken cancellation)
    {
        if (_installed)
            return;
        var authority = Encoding.ASCII.GetBytes(gateway.CertificateAuthority.TrimEnd() + "\n");
        using var bundle = new MemoryStream();
        await ReadBundleAsync(files, bundle, cancellation).ConfigureAwait(false);
        bundle.Write("\n"u8);
        bundle.Write(authority);
        bundle.Position = 0;
        await files.WriteAsync(Bundle, Root, bundle, new WriteOptions(), cancellation).ConfigureAwait(false);
        using var own = new MemoryStream(authority);
        await files.WriteAsync(Own, Root, own, new WriteOptions(), cancellation).ConfigureAwait(false);
        _installed = true;
    }

    // A root made of an image may have no authorities at all.
    private static async Task ReadBundleAsync(IGuestFiles files, MemoryStream bundle, CancellationToken cancellation)
    {
        try
        {
            await using var reader = await files.ReadAsync(Bundle, Root, 0, MaxBundle, cancellation).ConfigureAwait(false);
            await reader.Content.CopyToAsync(bundle, cancellation).ConfigureAwait(false);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            // Then the gateway's is the first.
        }
    }
}
