namespace Caisson.Core.Backends;

/// <summary>How a feature of the host stands.</summary>
public enum HostCheckState
{
    Ok,
    Degraded,
    Missing,
}
