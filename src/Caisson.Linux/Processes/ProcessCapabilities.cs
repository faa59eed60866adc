using System.Globalization;

namespace Caisson.Linux.Processes;

/// <summary>Capabilities of this process.</summary>
public static class ProcessCapabilities
{
    private static readonly Lazy<ulong> _permitted = new(() => Read("CapPrm:", otherwise: 0));
    private static readonly Lazy<ulong> _bounding = new(() => Read("CapBnd:", otherwise: ulong.MaxValue));

    /// <summary>The permitted set, a bit a capability; read once, for no process of ours changes its own.</summary>
    public static ulong Permitted() => _permitted.Value;

    /// <summary>What a program may still come by, a bit a capability, as it was when first asked; it only ever becomes less. All, where the kernel does not say.</summary>
    public static ulong Bounding() => _bounding.Value;

    private static ulong Read(string key, ulong otherwise)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
                return ulong.Parse(line.AsSpan(key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return otherwise;
    }
}
