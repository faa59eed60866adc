namespace Caisson.Core.Backends;

/// <summary>A facet of walls whose sandboxes, started with <see cref="Sandboxes.SandboxSpec.Nesting"/>, hold a trusted program that divides them into cells.</summary>
public interface INesting
{
    /// <summary>The system calls that the program has and a cell must not: a filter as the kernel takes it, to be laid over the sandbox's own.</summary>
    ReadOnlyMemory<byte> Closing { get; }

    /// <summary>Connects to the program's abstract Unix socket of this name; Unavailable when nothing listens.</summary>
    Task<INestingDoor> ConnectAsync(string name, CancellationToken cancellation);

    /// <summary>Makes what one cell has on the host: groups with these limits beside the sandbox's own, and a network of which nothing gets out.</summary>
    /// <param name="number">Tells the cells of one sandbox apart.</param>
    /// <param name="resources">The limits.</param>
    Task<INestedCell> CreateCellAsync(int number, Sandboxes.Resources resources);
}
