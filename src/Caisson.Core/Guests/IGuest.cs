namespace Caisson.Core.Guests;

/// <summary>The host's side of the control door: what the program inside a sandbox does on request.</summary>
/// <remarks>Every call throws <see cref="Failures.CaissonException"/>: Unavailable when the sandbox is gone, else what the guest answered.</remarks>
public interface IGuest : IAsyncDisposable
{
    /// <summary>Completes when the control door is lost, which is when the sandbox is gone.</summary>
    Task Closed { get; }

    /// <summary>Files inside.</summary>
    IGuestFiles Files { get; }

    /// <summary>Sets the variables that every later process starts with, replacing those set before.</summary>
    Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation);

    /// <summary>Starts a process; it lives on when the returned execution is disposed.</summary>
    Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation);

    /// <summary>Attaches to a process of this guest, alive or ended less than <see cref="GuestLimits.ExitRetention"/> ago.</summary>
    /// <param name="process">Its pid or tag.</param>
    /// <param name="fromOffset">The output offset to start from: 0 for all that is kept, null for from now on.</param>
    /// <param name="cancellation">Stops waiting for the attachment.</param>
    Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation);

    /// <summary>Lists the live processes that were started through the control door.</summary>
    Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation);

    /// <summary>Writes to a process's standard input or terminal, waiting while it is full.</summary>
    Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation);

    /// <summary>Closes a process's standard input; harmless when closed already, refused for a terminal.</summary>
    Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation);

    /// <summary>Sends a signal to a process, or to its whole process group.</summary>
    Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation);

    /// <summary>Changes a terminal's size.</summary>
    Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation);

    /// <summary>What the sandbox uses now, as seen from inside (disk, load).</summary>
    Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation);
}
