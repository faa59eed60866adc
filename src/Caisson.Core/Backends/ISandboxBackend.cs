namespace Caisson.Core.Backends;

/// <summary>One way to isolate: a wall. Backends never see each other and know nothing of protocols.</summary>
public interface ISandboxBackend
{
    /// <summary>The name by which configuration and requests choose it.</summary>
    string Name { get; }

    /// <summary>How strong the wall is.</summary>
    WallStrength Strength { get; }

    /// <summary>What its sandboxes have beyond commands and files.</summary>
    WallCapabilities Capabilities => WallCapabilities.All;

    /// <summary>Asks this host whether it can do it, changing nothing.</summary>
    Task<BackendReport> ProbeAsync(CancellationToken cancellation);

    /// <summary>Builds the wall and brings its guest up, or leaves nothing behind and throws a typed failure.</summary>
    Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation);

    /// <summary>Finds a sandbox that an earlier process of ours started, or null when it is gone; then nothing of it is left.</summary>
    Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation);
}
