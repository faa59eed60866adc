using System.Diagnostics.CodeAnalysis;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Interpreter.Zygotes;

/// <summary>The zygotes of one server: one for each tenant, template, wall and kind, started when wanted and ended when idle or spent.</summary>
public sealed partial class ZygotePool : IForkedExecutions, IAsyncDisposable
{
    private const long Memory = 1L << 30;
    private const int Pids = 1024;
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(15);

    private readonly ISandboxEngine _engine;
    private readonly ZygoteOptions _options;
    private readonly InterpreterOptions _interpreters;
    private readonly TimeProvider _time;
    private readonly ILogger<ZygotePool> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<ZygoteKey, ZygoteEntry> _zygotes = [];
    private readonly Dictionary<ZygoteKey, long> _refused = [];
    private readonly List<Zygote> _retired = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _sweeping;

    /// <summary>Makes a pool without a zygote.</summary>
    public ZygotePool(ISandboxEngine engine, ZygoteOptions options, InterpreterOptions interpreters, TimeProvider time, ILogger<ZygotePool> log)
    {
        (_engine, _options, _interpreters, _time, _log) = (engine, options, interpreters, time, log);
        _sweeping = SweepAsync();
    }

    /// <summary>How many zygotes there are, those starting included.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _zygotes.Count + _retired.Count;
        }
    }

    /// <inheritdoc/>
    public async Task<RolloutResult?> TryRunAsync(string tenant, RolloutExecution execution, CancellationToken cancellation)
    {
        if (ForkedTask.Of(execution) is not { } task)
            return null;
        var spec = execution.Spec;
        var key = new ZygoteKey(tenant, spec.Template, spec.Wall, task.Kind(_interpreters.Templates.Contains(spec.Template, StringComparer.Ordinal)));
        if (!TryFind(key, out var entry))
            return null;
        Zygote zygote;
        try
        {
            zygote = await entry.Started.WaitAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Refuse(key, entry, failure);
            return null;
        }

        if (!Enter(key, entry, zygote))
            return await TryRunAsync(tenant, execution, cancellation);
        try
        {
            var outcome = await zygote.RunAsync(task, cancellation);
            if (outcome.Reason is { } reason)
                LogUntold(tenant, reason);
            return outcome.Result;
        }
        finally
        {
            Leave(zygote);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
            return;
        await _closing.CancelAsync();
        await _sweeping;
        List<Task<Zygote>> starting;
        lock (_gate)
            starting = [.. _zygotes.Values.Select(entry => entry.Started), .. _retired.Select(Task.FromResult)];
        await Task.WhenAll(starting.Select(async one =>
        {
            await ((Task)one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (one.IsCompletedSuccessfully)
                await EndAsync(await one);
        }));
        _closing.Dispose();
    }

    private bool TryFind(ZygoteKey key, [NotNullWhen(true)] out ZygoteEntry? entry)
    {
        lock (_gate)
        {
            if (_zygotes.TryGetValue(key, out entry))
                return true;
            if (_closing.IsCancellationRequested || _zygotes.Count + _retired.Count >= _options.MaxZygotes
                || (_refused.TryGetValue(key, out var since) && _time.GetElapsedTime(since) < _options.RetryAfter))
                return false;
            _refused.Remove(key);
            _zygotes[key] = entry = new ZygoteEntry { Started = Task.Run(() => StartAsync(key)) };
            return true;
        }
    }

    private bool Enter(ZygoteKey key, ZygoteEntry entry, Zygote zygote)
    {
        lock (_gate)
        {
            if (!_zygotes.TryGetValue(key, out var current) || current != entry)
                return false;
            entry.Zygote = zygote;
            if (zygote.IsSpent)
            {
                Retire(key, zygote);
                return false;
            }

            zygote.Count++;
            zygote.Running++;
            return true;
        }
    }

    private void Leave(Zygote zygote)
    {
        lock (_gate)
        {
            zygote.Running--;
            zygote.IdleSince = _time.GetTimestamp();
        }
    }

    private void Retire(ZygoteKey key, Zygote zygote)
    {
        _zygotes.Remove(key);
        _retired.Add(zygote);
    }

    private void Refuse(ZygoteKey key, ZygoteEntry entry, Exception failure)
    {
        lock (_gate)
        {
            if (!_zygotes.TryGetValue(key, out var current) || current != entry)
                return;
            _zygotes.Remove(key);
            _refused[key] = _time.GetTimestamp();
        }

        LogNotStarted(key.Template, failure.Message);
    }

    // Its tenant is nobody's: whoever could run programs beside a zygote would have the rights by which it makes cells.
    private async Task<Zygote> StartAsync(ZygoteKey key)
    {
        using var late = new CancellationTokenSource(_options.StartLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _closing.Token);
        var sandbox = await _engine.CreateAsync($"zygotes/{key.Tenant}", SpecOf(key), either.Token);
        try
        {
            return await Zygote.StartAsync(sandbox, key, _options, _time, either.Token);
        }
        catch
        {
            await KillAsync(sandbox);
            throw;
        }
    }

    private static SandboxSpec SpecOf(ZygoteKey key) => new()
    {
        Template = key.Template,
        Wall = key.Wall,
        Nesting = true,
        Resources = new Resources { MemoryBytes = Memory, Pids = Pids, Cpus = Environment.ProcessorCount },
        Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [FreshSandboxes.Label] = "zygote" },
    };

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(_look, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token))
            {
                List<Zygote> over;
                lock (_gate)
                {
                    foreach (var (key, zygote) in _zygotes.Select(one => (one.Key, one.Value.Zygote)).ToList())
                    {
                        if (zygote is null)
                            continue;
                        if (zygote.IsSpent || (zygote.Running == 0 && _time.GetElapsedTime(zygote.IdleSince) > _options.IdleLimit))
                            Retire(key, zygote);
                    }

                    over = [.. _retired.Where(zygote => zygote.Running == 0)];
                    _retired.RemoveAll(over.Contains);
                }

                foreach (var zygote in over)
                    await EndAsync(zygote);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task EndAsync(Zygote zygote)
    {
        try
        {
            await zygote.DisposeAsync();
        }
        catch (Exception failure)
        {
            LogNotEnded(failure);
        }
    }

    private async Task KillAsync(ISandbox sandbox)
    {
        try
        {
            await sandbox.KillAsync(CancellationToken.None);
        }
        catch (CaissonException failure)
        {
            if (failure.Code != ErrorCode.NotFound)
                LogNotEnded(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No zygote of template {Template} could be started, so its executions get sandboxes of their own: {Reason}")]
    private partial void LogNotStarted(string template, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "An execution of tenant {Tenant} gets a sandbox of its own: {Reason}")]
    private partial void LogUntold(string tenant, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A zygote could not be ended")]
    private partial void LogNotEnded(Exception e);
}
