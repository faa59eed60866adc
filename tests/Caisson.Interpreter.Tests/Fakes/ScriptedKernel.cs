using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Interpreter.Tests.Fakes;

/// <summary>A guest with one process in it, whose lines a test writes and reads.</summary>
internal sealed class ScriptedKernel : IGuest, IExecution
{
    private readonly Channel<ExecEvent> _events = Channel.CreateUnbounded<ExecEvent>();
    private long _offset;

    public Channel<JsonElement> Requests { get; } = Channel.CreateUnbounded<JsonElement>();

    public Channel<int> Signals { get; } = Channel.CreateUnbounded<int>();

    public bool DiesOfKill { get; init; } = true;

    public int Pid => 7;

    public Task Closed { get; } = new TaskCompletionSource().Task;

    public IGuestFiles Files => throw new NotSupportedException();

    public void Say(string text) => Write(OutputStream.StandardOutput, text + "\n");

    public void Write(OutputStream stream, string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        _events.Writer.TryWrite(new ExecOutputEvent(stream, _offset, data));
        _offset += data.Length;
    }

    public void Exit(int code)
    {
        _events.Writer.TryWrite(new ExecExited(code, null, TimedOut: false, OutOfMemory: false, 0));
        _events.Writer.TryComplete();
    }

    /// <summary>The control door is lost.</summary>
    public void Vanish() => _events.Writer.TryComplete(new CaissonException(ErrorCode.Unavailable, "the sandbox is gone"));

    public async IAsyncEnumerable<ExecEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellation))
            yield return happened;
    }

    /// <summary>Waits until all that was said has been taken.</summary>
    public async Task TakenAsync()
    {
        while (_events.Reader.Count > 0)
            await Task.Delay(5);
        await Task.Delay(50);
    }

    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation) => Task.FromResult<IExecution>(this);

    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) => Task.FromResult<IExecution>(this);

    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        using var json = JsonDocument.Parse(data);
        Requests.Writer.TryWrite(json.RootElement.Clone());
        return Task.CompletedTask;
    }

    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation)
    {
        Signals.Writer.TryWrite(signal);
        if (signal == 9 && DiesOfKill)
            Exit(137);
        return Task.CompletedTask;
    }

    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ProcessInfo>>([]);

    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) => Task.CompletedTask;

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) => Task.CompletedTask;

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => Task.FromResult(new GuestStatistics(0, 0));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
