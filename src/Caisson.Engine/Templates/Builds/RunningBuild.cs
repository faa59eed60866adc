namespace Caisson.Engine.Templates.Builds;

/// <summary>One build under way: its log, and the way to end it.</summary>
internal sealed class RunningBuild(BuildLog log, CancellationTokenSource stop) : IDisposable
{
    /// <summary>Its log.</summary>
    public BuildLog Log => log;

    /// <summary>Cancelled when it is to end.</summary>
    public CancellationToken Token { get; } = stop.Token;

    /// <summary>The whole of it; never fails.</summary>
    public Task Task { get; set; } = Task.CompletedTask;

    /// <summary>Lets it end.</summary>
    public async Task CancelAsync()
    {
        try
        {
            await stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();
}
