using System.Net.Sockets;
using Caisson.Core.Failures;
using Caisson.Linux.Sockets;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Lines;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>The host's end of a serial line, against a guest that is played.</summary>
public sealed class LineTests
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task What_an_earlier_host_left_is_thrown_away()
    {
        var (stream, guest) = Pair();
        await guest.WriteAsync(new byte[5000], Soon);
        var opening = Line.OpenAsync(stream, LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, Soon);
        var greeting = new byte[LineGreeting.Size];
        await guest.ReadExactlyAsync(greeting, Soon);
        await guest.WriteAsync((byte[])[1, 2, 3, .. greeting], Soon);
        await using var line = await opening;
        Assert.False(line.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_greeting_without_an_answer_is_sent_again_and_only_the_last_counts()
    {
        var (stream, guest) = Pair();
        var opening = Line.OpenAsync(stream, LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, Soon);
        var (lost, greeting) = (new byte[LineGreeting.Size], new byte[LineGreeting.Size]);
        await guest.ReadExactlyAsync(lost, Soon);
        await guest.ReadExactlyAsync(greeting, Soon);
        Assert.Equal(lost[..LineGreeting.TokenSize], greeting[..LineGreeting.TokenSize]);
        await guest.WriteAsync(lost, Soon);
        await guest.WriteAsync(greeting, Soon);
        await using var line = await opening;
        Assert.NotEqual(lost, greeting);
        Assert.False(line.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_guest_that_sends_past_its_window_loses_the_line()
    {
        var (line, guest) = await OpenAsync();
        await using var _ = line;
        await using var stream = await line.OpenControlAsync(Soon);
        var number = await ReadAsync(guest, FrameKind.Call);
        for (var i = 0; i < 10 && !line.Closed.IsCompleted; i++)
            await SendAsync(guest, number, FrameKind.Data, new byte[60_000]);
        await line.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await stream.ReadAsync(new byte[60_000], Soon) > 0)
            {
            }
        });
    }

    [Fact]
    public async Task A_port_on_which_nothing_listens_is_a_typed_refusal()
    {
        var (line, guest) = await OpenAsync();
        await using var _ = line;
        var connecting = line.ConnectAsync(8080, Soon);
        await SendAsync(guest, await ReadAsync(guest, FrameKind.Call), FrameKind.Cancel, []);
        Assert.Equal(ErrorCode.Unavailable, (await Assert.ThrowsAsync<CaissonException>(() => connecting)).Code);
    }

    [Fact]
    public async Task A_guest_opens_streams_under_its_own_numbers_only()
    {
        var (line, guest) = await OpenAsync();
        await using var _ = line;
        await SendAsync(guest, 7, FrameKind.Call, new LineOpening(LineKind.Outgoing, new byte[4], 80, default).ToBytes());
        await line.Closed.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static (Stream Ours, Stream Guest) Pair()
    {
        var (ours, theirs) = UnixSockets.Pair();
        var guest = new Socket(new SafeSocketHandle(theirs.DangerousGetHandle(), ownsHandle: true));
        theirs.SetHandleAsInvalid();
        return (new NetworkStream(ours, ownsSocket: true), new NetworkStream(guest, ownsSocket: true));
    }

    private static async Task<(Line Line, Stream Guest)> OpenAsync()
    {
        var (stream, guest) = Pair();
        var opening = Line.OpenAsync(stream, LineGreeting.FirstToken.ToArray(), static (_, _) => Task.CompletedTask, Soon);
        var greeting = new byte[LineGreeting.Size];
        await guest.ReadExactlyAsync(greeting, Soon);
        await guest.WriteAsync(greeting, Soon);
        return (await opening, guest);
    }

    private static async Task SendAsync(Stream guest, uint stream, FrameKind kind, byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, stream, kind).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        try
        {
            await guest.WriteAsync(frame, Soon);
        }
        catch (IOException)
        {
            // The host has hung up.
        }
    }

    private static async Task<uint> ReadAsync(Stream guest, FrameKind kind)
    {
        var head = new byte[FrameHeader.Size];
        await guest.ReadExactlyAsync(head, Soon);
        var header = FrameHeader.Read(head);
        Assert.Equal(kind, header.Kind);
        await guest.ReadExactlyAsync(new byte[header.Length], Soon);
        return header.Stream;
    }
}
