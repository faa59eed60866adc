using System.Collections.Concurrent;
using Caisson.Engine.Layers;

namespace Caisson.Engine.Templates;

/// <summary>What build steps came to, the least useful forgotten first; each keeps its layer.</summary>
internal sealed class StepCache(ITemplateStore? store, LayerStore layers, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, CachedStep> _steps = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);

    /// <summary>How many steps are remembered.</summary>
    public int Most { get; init; } = 512;

    /// <summary>For how long a step that is of no use is remembered.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Takes note of the steps of the server before.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var step in store is null ? [] : await store.LoadStepsAsync(cancellation))
        {
            layers.AcquireOptional(step.Layer);
            _steps[step.Key] = step;
        }
    }

    /// <summary>The step of that key with one more use of its layer, which is the caller's; null where it must be run.</summary>
    public async Task<CachedStep?> TakeAsync(string key, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            if (!_steps.TryGetValue(key, out var step))
                return null;
            step = step with { UsedAt = time.GetUtcNow() };
            await store!.SaveStepAsync(step, cancellation);
            layers.AcquireOptional(step.Layer);
            return _steps[key] = step;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Remembers what a step came to; the layer's use stays the caller's.</summary>
    public async Task KeepAsync(string key, string? layer, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            var step = new CachedStep(key, layer, time.GetUtcNow());
            await store!.SaveStepAsync(step, cancellation);
            layers.AcquireOptional(layer);
            _steps.TryGetValue(key, out var before);
            _steps[key] = step;
            await layers.ReleaseAsync(before?.Layer);
            await ForgetAsync(cancellation);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Forgets every step.</summary>
    public async Task ClearAsync(CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            foreach (var step in _steps.Values)
                await ForgetAsync(step, cancellation);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    private async Task ForgetAsync(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow() - Longest;
        var sorted = _steps.Values.OrderBy(one => one.UsedAt).ToList();
        foreach (var step in sorted.Where((one, index) => index < sorted.Count - Most || one.UsedAt < oldest))
            await ForgetAsync(step, cancellation);
    }

    private async Task ForgetAsync(CachedStep step, CancellationToken cancellation)
    {
        await store!.DeleteStepAsync(step.Key, cancellation);
        _steps.TryRemove(step.Key, out _);
        await layers.ReleaseAsync(step.Layer);
    }
}
