namespace Caisson.Core.Backends;

/// <summary>A facet of sandboxes with a kernel of their own, which holds what was written and not yet put on the disk.</summary>
public interface IWritesOut
{
    /// <summary>Ends every process inside and puts all that they wrote on the disk. Only the end of the sandbox is to follow.</summary>
    Task WriteOutAsync(CancellationToken cancellation);
}
