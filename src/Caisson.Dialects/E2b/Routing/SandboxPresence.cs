using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Ends a request when the sandbox under it ends or is paused: by cancelling it, and by cutting an answer that has begun.</summary>
internal sealed class SandboxPresence : IAsyncDisposable
{
    private static readonly TimeSpan _farewell = TimeSpan.FromSeconds(2);

    private readonly HttpContext _http;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _alive;
    private readonly CancellationTokenSource _done = new();
    private readonly Task _watch;
    private bool _stopped;

    private SandboxPresence(HttpContext http, ISandbox sandbox)
    {
        _http = http;
        _caller = http.RequestAborted;
        _alive = CancellationTokenSource.CreateLinkedTokenSource(_caller);
        http.RequestAborted = _alive.Token;
        _watch = CutAsync(sandbox);
    }

    public static SandboxPresence Watch(HttpContext http, ISandbox sandbox) => new(http, sandbox);

    /// <summary>Whether a failure says that the sandbox is gone or paused; if it ends its end is waited for, so that the next request finds it gone too.</summary>
    public static async Task<bool> IsGoneAsync(ISandbox sandbox, Exception error)
    {
        if (error is not CaissonException { Code: ErrorCode.Unavailable } && !sandbox.Guest.Closed.IsCompleted && !sandbox.Away.IsCompleted)
            return false;
        if (sandbox.Away.IsCompleted && sandbox.Info.State is SandboxState.Pausing or SandboxState.Paused)
            return true;
        using var patience = new CancellationTokenSource(_farewell);
        await sandbox.Ended.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return sandbox.Ended.IsCompleted || sandbox.Guest.Closed.IsCompleted;
    }

    /// <summary>Stops watching; safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _done.CancelAsync();
        await _watch;
        _http.RequestAborted = _caller;
        _done.Dispose();
        _alive.Dispose();
    }

    private async Task CutAsync(ISandbox sandbox)
    {
        await sandbox.Away.WaitAsync(_done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_done.IsCancellationRequested)
            return;
        if (_http.Response.HasStarted)
            _http.Abort();
        await _alive.CancelAsync();
    }
}
