using Caisson.Protocol.Messages;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Guest.Control;

/// <summary>What the host configured last.</summary>
internal sealed class GuestSettings
{
    /// <summary>Variables of every process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The user of requests that name none; empty for the guest's own.</summary>
    public string DefaultUser { get; private set; } = "";

    /// <summary>The directory of requests that name none; empty for the user's home.</summary>
    public string WorkingDirectory { get; private set; } = "";

    /// <summary>Processes allowed at once where the guest itself must bound them, else 0.</summary>
    public int Pids { get; private set; }

    /// <summary>Bytes of memory allowed where the guest itself must bound them, else 0.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The group that processes are started in, where the guest has made one.</summary>
    public SafeFileHandle? Group { get; init; }

    public void Apply(Configure message)
    {
        Environment = new Dictionary<string, string>(message.Environment, StringComparer.Ordinal);
        DefaultUser = message.DefaultUser;
        WorkingDirectory = message.WorkingDirectory;
        if (message.HostName.Length > 0)
            TrySetHostName(message.HostName);
        if (!message.Supervise)
            return;
        (Pids, MemoryBytes) = (message.Pids, message.MemoryBytes);
    }

    private static void TrySetHostName(string name)
    {
        try
        {
            File.WriteAllText("/proc/sys/kernel/hostname", name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The wall set a name already; this one is for show.
        }
    }
}
