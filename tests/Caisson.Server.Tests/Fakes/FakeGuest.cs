using System.Collections.Concurrent;
using System.Text;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A guest whose programs are named after what they do: echo, cat, fail, hang, denied, oom, late, lost.</summary>
internal sealed class FakeGuest(FakeSandbox sandbox) : IGuest
{
    private int _pid = 100;

    public ConcurrentDictionary<int, FakeExecution> Executions { get; } = new();

    public ConcurrentQueue<(int Pid, int Signal, bool Group)> Signals { get; } = new();

    public ConcurrentQueue<TerminalSize> Sizes { get; } = new();

    public ExecRequest? LastRequest { get; private set; }

    public Task Closed { get; } = new TaskCompletionSource().Task;

    public FakeFiles FakeFiles { get; } = new();

    public IGuestFiles Files => FakeFiles;

    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation)
    {
        LastRequest = request;
        var execution = new FakeExecution(Interlocked.Increment(ref _pid));
        Executions[execution.Pid] = execution;
        switch (request.Command)
        {
            case "echo":
                execution.Write(OutputStream.StandardOutput, Encoding.UTF8.GetBytes(string.Join(' ', request.Arguments) + "\n"));
                execution.Write(OutputStream.StandardError, "warned\n"u8.ToArray());
                execution.Exit(0);
                break;
            case "fail":
                execution.Exit(7);
                break;
            case "denied":
                sandbox.Append(new EgressDecision("evil.test", 443, null, EgressVerdict.Deny, "unlisted", "Allow evil.test."));
                execution.Exit(6);
                break;
            case "oom":
                execution.Exit(null, 9, outOfMemory: true);
                break;
            case "late":
                execution.Exit(null, 9, timedOut: true);
                break;
            case "lost":
                execution.Write(OutputStream.StandardOutput, "partial"u8.ToArray());
                execution.Lose();
                break;
            case "missing":
                throw new CaissonException(ErrorCode.NotFound, "No such program.");
        }

        return Task.FromResult<IExecution>(execution);
    }

    public Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) =>
        Task.FromResult<IExecution>(Find(process));

    public Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ProcessInfo>>(
        [.. Executions.Keys.Select(pid => new ProcessInfo(pid, "tag", "cat", ["-"], new Dictionary<string, string> { ["SECRET"] = "hidden" }, null))]);

    public Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        Find(process).Write(OutputStream.StandardOutput, data.ToArray());
        return Task.CompletedTask;
    }

    public Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation)
    {
        Find(process).Exit(0);
        return Task.CompletedTask;
    }

    public Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation)
    {
        Signals.Enqueue((process.Pid, signal, group));
        Find(process).Exit(null, signal);
        return Task.CompletedTask;
    }

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation)
    {
        Sizes.Enqueue(size);
        return Task.CompletedTask;
    }

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => Task.FromResult(new GuestStatistics(1, 1 << 30));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private FakeExecution Find(ProcessSelector process) =>
        Executions.TryGetValue(process.Pid, out var execution) ? execution : throw new CaissonException(ErrorCode.NotFound, $"No process {process}.");
}
