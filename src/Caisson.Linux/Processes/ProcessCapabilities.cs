using System.Globalization;

namespace Caisson.Linux.Processes;

/// <summary>Capabilities of this process.</summary>
public static class ProcessCapabilities
{
    private static readonly Lazy<ulong> _permitted = new(Read);

    /// <summary>The permitted set, a bit a capability; read once, for no process of ours changes its own.</summary>
    public static ulong Permitted() => _permitted.Value;

    private static ulong Read()
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
