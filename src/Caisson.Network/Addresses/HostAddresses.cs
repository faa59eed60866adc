using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace Caisson.Network.Addresses;

/// <summary>The addresses of this host's own interfaces, looked up when first needed and again when half a minute old.</summary>
internal sealed class HostAddresses(TimeProvider time)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private FrozenSet<IPAddress> _addresses = [];
    private long _readAt;
    private bool _read;

    /// <summary>Whether an address is one of this host's.</summary>
    public bool Contains(IPAddress address)
    {
        lock (_lock)
        {
            if (!_read || time.GetElapsedTime(_readAt) > _fresh)
            {
                _addresses = Read();
                _readAt = time.GetTimestamp();
                _read = true;
            }

            return _addresses.Contains(address);
        }
    }

    private static FrozenSet<IPAddress> Read() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(u => AddressRange.Effective(u.Address))
            .ToFrozenSet();
}
