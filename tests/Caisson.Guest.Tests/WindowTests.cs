using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Tests;

/// <summary>The guest never sends past the window it was granted: the host ends a sandbox that does.</summary>
public sealed class WindowTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _silence = TimeSpan.FromMilliseconds(700);

    [Theory]
    [InlineData(FrameHeader.InitialWindow)]
    [InlineData(FrameHeader.InitialWindow - 1024)]
    [InlineData(3 * FrameHeader.InitialWindow)]
    public void The_end_of_a_process_waits_for_the_window_like_its_output(int bytes)
    {
        using var guest = RealGuest.Start();
        guest.Call(1, Printing(bytes));
        long window = FrameHeader.InitialWindow;
        long output = 0;
        Exited? exit = null;
        while (exit is null)
        {
            if (guest.Read(_silence) is not { } frame)
            {
                Assert.True(window <= 0, $"the guest fell silent with {window} bytes of its window left");
                guest.Grant(1, FrameHeader.InitialWindow);
                window += FrameHeader.InitialWindow;
                continue;
            }

            Assert.Equal(FrameKind.Reply, frame.Header.Kind);
            Assert.True(window > 0, $"a {frame.Reply!.KindCase} came {-window} bytes past the window");
            window -= frame.Header.Length;
            output += frame.Reply!.Output?.Data.Length ?? 0;
            exit = frame.Reply.Exited;
        }

        Assert.Equal(bytes, output);
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(FrameKind.End, guest.Read(_patience)!.Value.Header.Kind);
    }

    [Fact]
    public void A_host_that_grants_nothing_holds_up_no_other_call()
    {
        using var guest = RealGuest.Start();
        guest.Call(1, Printing(2 * FrameHeader.InitialWindow));
        guest.Call(2, new Call { List = new ListProcesses() });
        (FrameHeader Header, Reply? Reply)? frame;
        do
            frame = guest.Read(_patience);
        while (frame is { Header.Stream: 1 });
        Assert.Equal(Reply.KindOneofCase.Processes, frame?.Reply?.KindCase);
    }

    private static Call Printing(int bytes) => new()
    {
        Start = new Start { Command = "/usr/bin/head", Arguments = { "-c", $"{bytes}", "/dev/zero" }, User = Environment.UserName },
    };
}
