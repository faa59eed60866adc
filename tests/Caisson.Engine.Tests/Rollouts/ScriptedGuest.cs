using System.Runtime.CompilerServices;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Tests.Rollouts;

/// <summary>A guest with files in memory whose only program is the slots' script; what a command writes is its own name.</summary>
internal sealed class ScriptedGuest(FakeSlots owner) : IGuest, IGuestFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public Task Closed => throw new NotSupportedException();

    public IGuestFiles Files => this;

    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation) => Task.FromResult<IExecution>(new Run(owner, request));

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => Task.FromResult(new GuestStatistics(0, 1 << 30));

    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) => Task.CompletedTask;

    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation) => Task.CompletedTask;

    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) => Task.CompletedTask;

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<FileEntry> StatAsync(string path, string? user, CancellationToken cancellation) =>
        _files.ContainsKey(path) ? Task.FromResult(Entry(path)) : throw new CaissonException(ErrorCode.NotFound, "no such file");

    public Task<IReadOnlyList<FileEntry>> ListAsync(string path, int depth, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<FileEntry> MakeDirectoryAsync(string path, string? user, CancellationToken cancellation) => Task.FromResult(Entry(path));

    public Task<FileEntry> MoveAsync(string source, string destination, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    public Task RemoveAsync(string path, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<GuestFileReader> ReadAsync(string path, string? user, long offset, long? length, CancellationToken cancellation) =>
        _files.TryGetValue(path, out var content)
            ? Task.FromResult(new GuestFileReader(Entry(path), new MemoryStream(content, 0, (int)Math.Min(content.Length, length ?? long.MaxValue))))
            : throw new CaissonException(ErrorCode.NotFound, "no such file");

    public async Task<FileEntry> WriteAsync(string path, string? user, Stream content, WriteOptions options, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellation);
        _files[path] = copy.ToArray();
        return Entry(path);
    }

    public Task<FileEntry> ComposeAsync(IReadOnlyList<string> sources, string destination, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<FileChange?> WatchAsync(string path, bool recursive, bool withEntries, string? user, CancellationToken cancellation) => throw new NotSupportedException();

    private static FileEntry Entry(string path) =>
        new(Path.GetFileName(path), path, FileEntryType.File, 0, 0, 0, "user", "user", default, null, new Dictionary<string, string>(StringComparer.Ordinal));

    private sealed class Run(FakeSlots owner, ExecRequest request) : IExecution
    {
        public int Pid => 7;

        public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            yield return new ExecOutputEvent(OutputStream.StandardOutput, 0, Encoding.UTF8.GetBytes(request.Command));
            yield return await owner.Program(request.Command, cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
