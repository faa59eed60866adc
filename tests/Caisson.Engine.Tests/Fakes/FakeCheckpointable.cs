using Caisson.Core.Backends;

namespace Caisson.Engine.Tests.Fakes;

/// <summary>A sandbox whose memory, its content, can be written to disk.</summary>
internal sealed class FakeCheckpointable(FakeBackend backend, string id, string directory, bool detached) : FakeSandbox(backend, id, directory, detached), ICheckpointable
{
    private readonly FakeBackend _wall = backend;

    public async Task<Checkpoint> CheckpointAsync(string directory, CancellationToken cancellation)
    {
        if (_wall.CheckpointBarrier is { } barrier)
            await barrier;
        if (_wall.CheckpointFails is { } failure)
            throw failure;
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "content"), Content, cancellation);
        Die("its memory was written to disk");
        return new Checkpoint(Content.Length, HasProcesses ? 1 : 0);
    }
}
