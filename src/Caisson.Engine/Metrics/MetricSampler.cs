using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Metrics;

/// <summary>Measures every running sandbox at a steady pace, a few at a time.</summary>
internal sealed partial class MetricSampler : IAsyncDisposable
{
    // One sandbox that does not answer must not cost the others their sample.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private readonly Func<IEnumerable<LiveSandbox>> _sandboxes;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public MetricSampler(Func<IEnumerable<LiveSandbox>> sandboxes, EngineOptions options, TimeProvider time, ILogger log)
    {
        (_sandboxes, _options, _time, _log) = (sandboxes, options, time, log);
        _timer = new PeriodicTimer(options.MetricInterval, time);
        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _timer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = _stop.Token };
        try
        {
            while (await _timer.WaitForNextTickAsync(_stop.Token))
            {
                var running = _sandboxes().Where(sandbox => sandbox.Info.State == SandboxState.Running).ToList();
                await Parallel.ForEachAsync(running, parallel, SampleAsync);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async ValueTask SampleAsync(LiveSandbox sandbox, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await sandbox.SampleAsync(_time.GetUtcNow(), either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is CaissonException or OperationCanceledException or IOException)
        {
            LogNoSample(sandbox.Info.Id, e.Message);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogSampleFailed(e, sandbox.Info.Id);
        }
    }
}
