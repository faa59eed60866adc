using System.Text;
using System.Threading.Channels;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.E2b.Tests.Fakes;

/// <summary>A process in memory: the last argument is <c>echo TEXT</c>, <c>exit N</c>, <c>printenv NAME</c>, <c>big N</c>, or it waits (input is echoed).</summary>
internal sealed class FakeProcess(int pid, ExecRequest request)
{
    private readonly List<Channel<ExecEvent>> _views = [];
    private ITimer? _deadline;

    public int Pid => pid;

    public ExecRequest Request => request;

    public bool IsAlive { get; private set; } = true;

    public TerminalSize? Size { get; set; }

    public FakeExecution View()
    {
        var channel = Channel.CreateUnbounded<ExecEvent>();
        lock (_views)
            _views.Add(channel);
        return new FakeExecution(pid, channel.Reader);
    }

    public void Run(GuestConfiguration? configuration)
    {
        if (request.Timeout is { } timeout)
            _deadline = TimeProvider.System.CreateTimer(_ => End(new ExecExited(null, 9, true, false, 0)), null, timeout, Timeout.InfiniteTimeSpan);
        var words = (request.Arguments is [.., var last] ? last : request.Command).Split(' ', 2);
        switch (words)
        {
            case ["echo", var text]:
                Output(Encoding.UTF8.GetBytes(text + "\n"));
                End(new ExecExited(0, null, false, false, 0));
                break;
            case ["exit", var code]:
                End(new ExecExited(int.Parse(code), null, false, false, 0));
                break;
            case ["printenv", var name]:
                Output(Encoding.UTF8.GetBytes(request.Environment.GetValueOrDefault(name) ?? configuration?.Environment.GetValueOrDefault(name) ?? ""));
                End(new ExecExited(0, null, false, false, 0));
                break;
            case ["big", var count]:
                for (var i = 0; i < int.Parse(count); i++)
                    Output(new byte[32 << 10]);
                End(new ExecExited(0, null, false, false, 0));
                break;
        }
    }

    public void Output(byte[] data) =>
        Send(new ExecOutputEvent(request.Terminal is null ? OutputStream.StandardOutput : OutputStream.Terminal, 0, data));

    public void End(ExecExited exit)
    {
        IsAlive = false;
        _deadline?.Dispose();
        Send(exit);
        Complete(null);
    }

    public void Lose() => Complete(new CaissonException(ErrorCode.Unavailable, "the sandbox is gone"));

    private void Send(ExecEvent item)
    {
        lock (_views)
            _views.ForEach(view => view.Writer.TryWrite(item));
    }

    private void Complete(Exception? error)
    {
        lock (_views)
            _views.ForEach(view => view.Writer.TryComplete(error));
    }
}
