namespace Caisson.Core.Guests;

/// <summary>Names a process by pid (as seen inside) or by tag.</summary>
public readonly record struct ProcessSelector(int Pid, string? Tag = null)
{
    /// <inheritdoc/>
    public override string ToString() => Tag is null ? $"pid {Pid}" : $"tag {Tag}";
}
