using Caisson.Core.Backends;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>A sandbox whose memory, its content, can be written to disk.</summary>
internal sealed class FakeCheckpointable(FakeBackend backend, string id, string directory, bool detached) : FakeSandbox(backend, id, directory, detached), ICheckpointable, ICopiesMemory
{
    private readonly FakeBackend _wall = backend;

    public async Task<Checkpoint> CheckpointAsync(string directory, CancellationToken cancellation)
    {
        if (_wall.CheckpointBarrier is { } barrier)
            await barrier;
        if (_wall.CheckpointFails is { } failure)
            throw failure;
        await WriteAsync(directory, Content, 0, cancellation);
        Die("its memory was written to disk");
        return new Checkpoint(Content.Length, HasProcesses ? 1 : 0);
    }

    public async Task<CapturedLayer> CaptureWithMemoryAsync(string path, string memory, CancellationToken cancellation)
    {
        var layer = await CaptureAsync(path, leaveProcesses: true, cancellation);
        return HasProcesses ? layer with { Memory = await WriteAsync(memory, $"processes of {Content}", 1, cancellation) } : layer;
    }

    public static async Task<CapturedMemory> WriteAsync(string directory, string content, int processes, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "content"), content, cancellation);
        return new CapturedMemory(content, content.Length, processes);
    }
}
