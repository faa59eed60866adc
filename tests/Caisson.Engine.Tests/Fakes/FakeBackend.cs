using System.Collections.Concurrent;
using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>A wall in memory; its sandboxes outlive the engine, as a host's do.</summary>
internal sealed class FakeBackend(string name = "fake") : ISandboxBackend, IKeepsMemory
{
    public ConcurrentDictionary<string, FakeSandbox> Host { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, RootFileSystem> Roots { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, StartRequest> Requests { get; } = new(StringComparer.Ordinal);

    public string Name => name;

    public WallStrength Strength { get; set; } = WallStrength.Process;

    public BackendReport Report { get; set; } = new(true, []);

    public int Probes { get; private set; }

    /// <summary>Whether its sandboxes can be written to disk.</summary>
    public bool Checkpoints { get; set; }

    public Exception? CheckpointFails { get; set; }

    public Task? CheckpointBarrier { get; set; }

    /// <summary>What was under way when the server before died, as attaching was told.</summary>
    public string? Unfinished { get; private set; }

    public Func<StartRequest, CancellationToken, Task>? OnStart { get; set; }

    public Func<FakeSandbox, Task>? OnConfigure { get; set; }

    public Task<BackendReport> ProbeAsync(CancellationToken cancellation)
    {
        Probes++;
        return Task.FromResult(Report);
    }

    public async Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (OnStart is { } hook)
            await hook(request, cancellation);
        if (Directory.Exists(request.StateDirectory))
            throw new CaissonException(ErrorCode.Internal, "the state directory is there already");
        Directory.CreateDirectory(request.StateDirectory);
        if (request.Disk is { } disk)
            await File.AppendAllTextAsync(disk, "started;", cancellation);
        Requests[request.Id.Value] = request;
        var sandbox = Checkpoints
            ? new FakeCheckpointable(this, request.Id.Value, request.StateDirectory, request.Detached)
            : new FakeSandbox(this, request.Id.Value, request.StateDirectory, request.Detached);
        if (request.Checkpoint is { } memory)
            sandbox.Content = await File.ReadAllTextAsync(Path.Combine(memory, "content"), cancellation);
        if (request.Copy is { } copy)
            sandbox.Content = $"{await File.ReadAllTextAsync(copy.Disk, cancellation)} with {await File.ReadAllTextAsync(Path.Combine(copy.Memory, "content"), cancellation)}";
        sandbox.HasProcesses = request.Copy is not null;
        Host[request.Id.Value] = sandbox;
        Roots[request.Id.Value] = request.Root;
        return sandbox;
    }

    public Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        Unfinished = request.Checkpoint;
        if (!Host.TryGetValue(request.Id.Value, out var sandbox))
            return Task.FromResult<IWalledSandbox?>(null);
        sandbox.Frozen = request.Frozen;
        return Task.FromResult<IWalledSandbox?>(sandbox);
    }

    public Task SettleAsync(string disk, CancellationToken cancellation) => Task.CompletedTask;

    public async Task<CapturedMemory> CopyMemoryAsync(string checkpoint, string memory, int processes, CancellationToken cancellation)
    {
        var content = await File.ReadAllTextAsync(Path.Combine(checkpoint, "content"), cancellation);
        return await FakeCheckpointable.WriteAsync(memory, content, processes, cancellation);
    }

    public async Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation)
    {
        var content = await File.ReadAllTextAsync(disk, cancellation);
        await File.WriteAllTextAsync(path, content, cancellation);
        return new CapturedLayer(content, content.Length, TimeSpan.Zero);
    }
}
