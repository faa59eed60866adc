using System.Buffers;

namespace Caisson.Interpreter.Zygotes;

/// <summary>One execution that a zygote has been given: what it wrote, and how it will have ended.</summary>
internal sealed class ZygoteRun
{
    private readonly ArrayBufferWriter<byte>[] _streams = [new(), new()];
    private readonly TaskCompletionSource<ZygoteExit> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ZygoteExit> Ended => _ended.Task;

    public ReadOnlyMemory<byte> Stdout => _streams[0].WrittenMemory;

    public ReadOnlyMemory<byte> Stderr => _streams[1].WrittenMemory;

    /// <summary>Adds output; the zygote has kept it within the limit.</summary>
    public void Add(int stream, ReadOnlySpan<byte> bytes) => _streams[stream & 1].Write(bytes);

    public void End(ZygoteExit exit) => _ended.TrySetResult(exit);

    public void Fail(Exception failure) => _ended.TrySetException(failure);
}
