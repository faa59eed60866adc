using Caisson.Core.Failures;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Doors;

/// <summary>One call or connection through a sandbox's doors: while it lasts the sandbox is not idle, and it ends when the doors close.</summary>
internal sealed class DoorPass : IDisposable
{
    private readonly Action _done;
    private readonly string _sandbox;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _left;
    private int _disposed;

    public DoorPass(LiveSandbox sandbox, Presence presence, Action done, CancellationToken caller)
    {
        (_sandbox, _left, _done) = (sandbox.Info.Id.Value, presence.Left, done);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, presence.Left);
    }

    /// <summary>Cancelled with the caller or when the doors close.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Cancelled when the doors close.</summary>
    public CancellationToken Left => _left;

    /// <summary>Runs a call, telling a closed door from a caller who gave up.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        try
        {
            return await call(Token);
        }
        catch (OperationCanceledException e) when (_left.IsCancellationRequested)
        {
            throw Closed(e);
        }
    }

    /// <summary>The failure of what a pause cut off.</summary>
    public CaissonException Closed(Exception? inner = null) =>
        new(ErrorCode.Unavailable, $"sandbox {_sandbox} was paused", "Resume it and connect to the process again; it goes on where it was.", FailureKind.Infrastructure, inner);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _either.Dispose();
        _done();
    }
}
