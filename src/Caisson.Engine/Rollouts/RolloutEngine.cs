using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts.Batches;
using Caisson.Engine.Rollouts.Running;
using Caisson.Engine.Rollouts.Scheduling;
using Caisson.Engine.Templates;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Rollouts;

/// <summary>The rollouts of one server.</summary>
public sealed partial class RolloutEngine(
    RolloutOptions options,
    IExecutionSlots slots,
    ITemplateCatalog templates,
    TimeProvider time,
    ILogger<RolloutEngine> log,
    IForkedExecutions? forks = null) : IRolloutEngine, IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ConcurrentDictionary<string, Rollout> _rollouts = new(StringComparer.Ordinal);
    private readonly Dispatcher _dispatcher = new(options);
    private readonly ExecutionRunner _runner = new(slots, forks, options, time, log);
    private readonly SemaphoreSlim _submitting = new(1, 1);
    private ITimer? _sweeping;
    private bool _closed;

    /// <summary>Ends what an earlier server left running and goes on with its unfinished rollouts; to be called once, after the sandboxes were found again.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(options.Directory, Private);
        _sweeping = time.CreateTimer(_ => SweepQuietly(), null, options.SweepInterval, options.SweepInterval);
        await slots.ReclaimAsync(cancellation);
        foreach (var path in Directory.EnumerateDirectories(options.Directory).Order(StringComparer.Ordinal))
        {
            if (SandboxId.TryParse(Path.GetFileName(path), out _))
                Recover(path);
            else if (path.EndsWith(".new", StringComparison.Ordinal))
                Directory.Delete(path, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async Task<RolloutInfo> SubmitAsync(string tenant, RolloutRequest request, CancellationToken cancellation)
    {
        Check(request);
        var fingerprint = FingerprintOf(request);
        await _submitting.WaitAsync(cancellation);
        try
        {
            if (request.Key is not null && _rollouts.Values.FirstOrDefault(one => one.Tenant == tenant && one.Key == request.Key && one.Info.State != RolloutState.Canceled) is { } there)
            {
                return there.Fingerprint == fingerprint
                    ? there.Info
                    : throw new CaissonException(ErrorCode.Conflict, $"the key '{request.Key}' stands for other executions", "Use a new key for new executions.");
            }

            return await TakeInAsync(tenant, request, fingerprint);
        }
        finally
        {
            _submitting.Release();
        }
    }

    /// <inheritdoc/>
    public RolloutInfo Get(string tenant, string id) => Find(tenant, id).Info;

    /// <inheritdoc/>
    public IAsyncEnumerable<RolloutResult> ReadAsync(string tenant, string id, long after, CancellationToken cancellation)
    {
        var rollout = Find(tenant, id);
        return after < 0 || after > rollout.Info.Total
            ? throw new CaissonException(ErrorCode.InvalidArgument, $"rollout '{id}' has no result number {after}")
            : rollout.ReadAsync(after, cancellation);
    }

    /// <inheritdoc/>
    public Task CancelAsync(string tenant, string id, CancellationToken cancellation)
    {
        var rollout = Find(tenant, id);
        _dispatcher.Remove(tenant, rollout);
        return rollout.CancelAsync().WaitAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<RolloutResult> RunAsync(string tenant, RolloutExecution execution, RolloutPriority priority, CancellationToken cancellation)
    {
        Check(new RolloutRequest { Executions = [execution] });
        var done = new TaskCompletionSource<RolloutResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var owner = new object();
        _dispatcher.Add(tenant, priority, [new Work(owner, async stopping =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
            try
            {
                await _runner.RunAsync(tenant, execution, "single", result => done.TrySetResult(result), either.Token);
            }
            finally
            {
                done.TrySetException(new CaissonException(ErrorCode.Unavailable, "the server is shutting down", "Try again in a moment."));
            }
        })]);
        try
        {
            return await done.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            _dispatcher.Remove(tenant, owner);
            throw;
        }
    }

    /// <summary>Ends what runs; unfinished rollouts go on with the next server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        if (_sweeping is not null)
            await _sweeping.DisposeAsync();
        await _dispatcher.DisposeAsync();
        foreach (var rollout in _rollouts.Values)
            rollout.Dispose();
        _submitting.Dispose();
    }

    /// <summary>How many executions run now.</summary>
    internal int Running => _dispatcher.Running;

    private Rollout Find(string tenant, string id) =>
        _rollouts.TryGetValue(id, out var rollout) && string.Equals(rollout.Tenant, tenant, StringComparison.Ordinal)
            ? rollout
            : throw new CaissonException(ErrorCode.NotFound, $"rollout '{id}' not found", "Rollouts are forgotten some time after their end.");

    private void Check(RolloutRequest request)
    {
        if (request.Executions.Count == 0 || request.Executions.Count > options.MaxExecutions)
            throw new CaissonException(ErrorCode.InvalidArgument, $"a rollout has 1 to {options.MaxExecutions} executions", "Submit the rest as another rollout.");
        if (request.Executions.Any(execution => execution.Steps.Count == 0))
            throw new CaissonException(ErrorCode.InvalidArgument, "an execution has nothing to run");
        if (request.Executions.FirstOrDefault(execution => !templates.Knows(execution.Spec.Template)) is { } stranger)
            throw new CaissonException(ErrorCode.NotFound, $"template '{stranger.Spec.Template}' not found", "Build it first, or name one that exists.");
    }

    private static string FingerprintOf(RolloutRequest request) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new RolloutManifest("", "", "", default, request with { Key = null }), RolloutJson.Default.RolloutManifest)));

    private async Task<RolloutInfo> TakeInAsync(string tenant, RolloutRequest request, string fingerprint)
    {
        if (_rollouts.Count >= options.MaxRollouts || _rollouts.Values.Sum(one => one.StoredBytes) >= options.MaxStoredBytes)
            throw new CaissonException(ErrorCode.ResourceExhausted, "this server keeps as many rollouts as it may", "Try again when older ones are forgotten.");
        var manifest = new RolloutManifest(SandboxId.New().Value, tenant, fingerprint, time.GetUtcNow(), request);
        var folder = await Task.Run(() => RolloutFolder.Create(options.Directory, manifest));
        var rollout = new Rollout(manifest, folder, [], time);
        try
        {
            if (_rollouts.Values.Sum(one => one.WaitingBytes) + rollout.WaitingBytes > options.MaxWaitingBytes)
                throw new CaissonException(ErrorCode.ResourceExhausted, "the executions that wait hold as much as they may", "Submit again when some have ended.");
            _rollouts[rollout.Id] = rollout;
            Enqueue(rollout, admitted: false);
            return rollout.Info;
        }
        catch
        {
            _rollouts.TryRemove(rollout.Id, out _);
            rollout.Remove();
            rollout.Dispose();
            throw;
        }
    }

    private void Enqueue(Rollout rollout, bool admitted) => _dispatcher.Add(
        rollout.Tenant, rollout.Priority, [.. rollout.Unfinished().Select(index => new Work(rollout, stopping => RunAsync(rollout, index, stopping)))], admitted);

    private async Task RunAsync(Rollout rollout, int index, CancellationToken stopping)
    {
        var execution = rollout.Begin(index);
        try
        {
            if (execution is null)
                return;
            if (rollout.StoredBytes > options.MaxResultBytes)
            {
                rollout.Deliver(index, new RolloutResult { Label = RolloutLabel.Quota, Name = execution.Name, Message = "the results of this rollout take all the room they may" });
                return;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, rollout.Canceling.Token);
            await _runner.RunAsync(rollout.Tenant, execution, rollout.Id, result => rollout.Deliver(index, result), either.Token);
        }
        catch (IOException full)
        {
            LogNotKept(full, rollout.Id);
            _dispatcher.Remove(rollout.Tenant, rollout);
            rollout.Abandon();
        }
        finally
        {
            rollout.Stop();
        }
    }

    private void Recover(string path)
    {
        try
        {
            var results = new List<RolloutResult>();
            // Only what counting needs: output and files stay on disk.
            var (folder, manifest) = RolloutFolder.Open(path, result => results.Add(new RolloutResult { Index = result.Index, Label = result.Label }));
            var rollout = new Rollout(manifest, folder, results, time);
            _rollouts[rollout.Id] = rollout;
            if (rollout.EndedAt is null)
                LogResumed(rollout.Id, rollout.Unfinished().Count, rollout.Info.Total);
            Enqueue(rollout, admitted: true);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            LogUnreadable(e, path);
        }
    }

    // Beside a submission a folder would be looked for while it goes.
    private void SweepQuietly()
    {
        if (!_submitting.Wait(0))
            return;
        try
        {
            Sweep();
        }
        finally
        {
            _submitting.Release();
        }
    }

    private void Sweep()
    {
        var horizon = time.GetUtcNow() - options.Retention;
        foreach (var rollout in _rollouts.Values.Where(one => one.EndedAt <= horizon))
        {
            try
            {
                _rollouts.TryRemove(rollout.Id, out _);
                rollout.Remove();
                rollout.Dispose();
            }
            catch (IOException e)
            {
                LogNotRemoved(rollout.Id, e.Message);
            }
        }
    }
}
