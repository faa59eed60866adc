namespace Caisson.Core.Guests;

/// <summary>A view on one process; disposing it detaches and leaves the process alone.</summary>
public interface IExecution : IAsyncDisposable
{
    /// <summary>The process's pid as seen inside.</summary>
    int Pid { get; }

    /// <summary>Output in order, then exactly one <see cref="ExecExited"/>; enumerated once. A slow reader slows the process.</summary>
    IAsyncEnumerable<ExecEvent> ReadAsync(CancellationToken cancellation);
}
