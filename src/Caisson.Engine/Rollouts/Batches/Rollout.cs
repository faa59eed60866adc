using System.Runtime.CompilerServices;
using Caisson.Core.Failures;

namespace Caisson.Engine.Rollouts.Batches;

/// <summary>One rollout: which executions are left, what came of the others, and who waits for more.</summary>
internal sealed class Rollout : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RolloutManifest _manifest;
    private readonly RolloutFolder _folder;
    private readonly TimeProvider _time;
    private readonly RolloutExecution?[] _left;
    private readonly int[] _labels = new int[Enum.GetValues<RolloutLabel>().Length];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource? _idle;
    private DateTimeOffset? _endedAt;
    private bool _canceled;
    private int _running;

    public Rollout(RolloutManifest manifest, RolloutFolder folder, IEnumerable<RolloutResult> results, TimeProvider time)
    {
        (_manifest, _folder, _time) = (manifest with { Request = manifest.Request with { Executions = [] } }, folder, time);
        _left = [.. manifest.Request.Executions];
        WaitingBytes = manifest.Request.Executions.Sum(SizeOf);
        foreach (var result in results)
            Count(result);
        _canceled = folder.Canceled;
        EndIfDone();
    }

    public string Id => _manifest.Id;

    public string Tenant => _manifest.Tenant;

    public string? Key => _manifest.Request.Key;

    public string Fingerprint => _manifest.Fingerprint;

    public RolloutPriority Priority => _manifest.Request.Priority;

    /// <summary>What its unfinished executions hold in memory.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>What its results take on disk.</summary>
    public long StoredBytes
    {
        get
        {
            lock (_gate)
                return _folder.Bytes;
        }
    }

    public DateTimeOffset? EndedAt
    {
        get
        {
            lock (_gate)
                return _endedAt;
        }
    }

    /// <summary>Ends what runs of it.</summary>
    public CancellationTokenSource Canceling { get; } = new();

    public RolloutInfo Info
    {
        get
        {
            lock (_gate)
            {
                return new RolloutInfo(
                    Id, Key, _canceled ? RolloutState.Canceled : _endedAt is null ? RolloutState.Running : RolloutState.Completed, Priority,
                    _left.Length, _folder.Count, _running, _manifest.CreatedAt, _endedAt,
                    Enum.GetValues<RolloutLabel>().Where(label => _labels[(int)label] > 0).ToDictionary(label => label, label => _labels[(int)label]));
            }
        }
    }

    /// <summary>The executions that have no result yet.</summary>
    public IReadOnlyList<int> Unfinished()
    {
        lock (_gate)
            return _endedAt is null ? [.. Enumerable.Range(0, _left.Length).Where(index => _left[index] is not null)] : [];
    }

    /// <summary>The execution to begin, or null when it is not wanted any more; <see cref="Stop"/> must follow.</summary>
    public RolloutExecution? Begin(int index)
    {
        lock (_gate)
        {
            _running++;
            return _canceled ? null : _left[index];
        }
    }

    /// <summary>Keeps a result and tells those who wait; one that comes too late is dropped.</summary>
    public void Deliver(int index, RolloutResult result)
    {
        lock (_gate)
        {
            if (_canceled || _left[index] is null)
                return;
            result = result with { Index = index, Sequence = _folder.Count + 1 };
            _folder.Append(result);
            Count(result);
            EndIfDone();
            Signal();
        }
    }

    /// <summary>Says that nothing of an execution is left on the host.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (--_running == 0)
                _idle?.TrySetResult();
        }
    }

    /// <summary>Wants no more of it; completes when nothing runs.</summary>
    public async Task CancelAsync()
    {
        Task idle;
        lock (_gate)
        {
            if (_endedAt is null)
            {
                _folder.Cancel();
                _canceled = true;
                EndIfDone();
                Signal();
            }

            _idle ??= NewSignal();
            if (_running == 0)
                _idle.TrySetResult();
            idle = _idle.Task;
        }

        await Canceling.CancelAsync();
        await idle;
    }

    /// <summary>Gives it up for this server, since its results cannot be kept; the next one goes on with it.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _canceled = true;
            EndIfDone();
            Signal();
        }
    }

    /// <summary>Results after a number, in order, until it ends.</summary>
    public async IAsyncEnumerable<RolloutResult> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            IReadOnlyList<(long, int)> places;
            lock (_gate)
            {
                places = _folder.Locate((int)after);
                if (places.Count == 0 && _endedAt is not null)
                    yield break;
                changed = _changed.Task;
            }

            if (places.Count == 0)
                await changed.WaitAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            foreach (var result in Read(places))
            {
                yield return result;
                after++;
            }
        }
    }

    /// <summary>Removes it from the disk.</summary>
    public void Remove()
    {
        lock (_gate)
            _folder.Remove();
    }

    public void Dispose()
    {
        Canceling.Dispose();
        _folder.Dispose();
    }

    private List<RolloutResult> Read(IReadOnlyList<(long Offset, int Length)> places)
    {
        try
        {
            return _folder.Read(places);
        }
        catch (ObjectDisposedException)
        {
            throw new CaissonException(ErrorCode.NotFound, $"rollout '{Id}' is not kept any more");
        }
    }

    private static long SizeOf(RolloutExecution execution) =>
        1024 + execution.Files.Sum(file => (long)file.Content.Length) + execution.Steps.Sum(step => (step.Stdin?.Length ?? 0L) + step.Arguments.Sum(argument => (long)argument.Length));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Count(RolloutResult result)
    {
        _labels[(int)result.Label]++;
        if (_left[result.Index] is { } done)
            WaitingBytes -= SizeOf(done);
        _left[result.Index] = null;
    }

    private void EndIfDone()
    {
        if (_endedAt is not null || !(_canceled || _folder.Count == _left.Length))
            return;
        _endedAt = _time.GetUtcNow();
        WaitingBytes = 0;
        Array.Clear(_left);
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}
