using System.Globalization;

namespace Caisson.Linux.Processes;

/// <summary>Capabilities of this process.</summary>
public static class ProcessCapabilities
{
    /// <summary>The permitted set, a bit a capability.</summary>
    public static ulong Permitted()
    {
        const string Key = "CapPrm:";
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(Key, StringComparison.Ordinal))
                return ulong.Parse(line.AsSpan(Key.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        return 0;
    }
}
