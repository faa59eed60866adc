namespace Caisson.Core.Guests;

/// <summary>Where a process wrote.</summary>
public enum OutputStream
{
    StandardOutput,
    StandardError,
    Terminal,
}
