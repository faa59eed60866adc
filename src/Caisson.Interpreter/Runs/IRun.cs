namespace Caisson.Interpreter.Runs;

/// <summary>One run under way; disposing it before its end interrupts the code and waits, within bounds, until it has stopped.</summary>
public interface IRun : IAsyncDisposable
{
    /// <summary>What happens, in order, until the code has ended; enumerated once. A slow reader slows the code.</summary>
    IAsyncEnumerable<RunEvent> ReadAsync(CancellationToken cancellation);
}
