using System.Collections.Concurrent;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;

namespace Caisson.Interpreter;

/// <summary>Keeps one interpreter for each sandbox that has one, as long as it lives.</summary>
public sealed class CodeInterpreter(InterpreterOptions options, TimeProvider time) : ICodeInterpreter, IAsyncDisposable
{
    private readonly ConcurrentDictionary<SandboxId, Lazy<Entry>> _entries = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool Serves(SandboxInfo sandbox) => options.Templates.Contains(sandbox.Defaults.Base ?? sandbox.Spec.Template, StringComparer.Ordinal);

    /// <inheritdoc/>
    public ISandboxInterpreter Of(ISandbox sandbox)
    {
        ObjectDisposedException.ThrowIf(_closing.Task.IsCompleted, this);
        return _entries.GetOrAdd(sandbox.Info.Id, _ => new Lazy<Entry>(() => Open(sandbox))).Value.Interpreter;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _closing.TrySetResult();
        foreach (var entry in _entries.Values)
            await entry.Value.Watch;
    }

    private Entry Open(ISandbox sandbox)
    {
        var interpreter = new SandboxInterpreter(sandbox, options, time);
        return new Entry(interpreter, WatchAsync(sandbox, interpreter));
    }

    private async Task WatchAsync(ISandbox sandbox, SandboxInterpreter interpreter)
    {
        await Task.WhenAny(sandbox.Ended, _closing.Task);
        await interpreter.DisposeAsync();
        _entries.TryRemove(sandbox.Info.Id, out _);
    }

    private sealed record Entry(SandboxInterpreter Interpreter, Task Watch);
}
