using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Tests;

/// <summary>A child that could not become a program.</summary>
public sealed class FailedStartTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_could_not_become_a_program_does_not_count_as_a_process()
    {
        using var guest = RealGuest.Start();
        guest.Call(1, new Call { Start = new Start { Command = "/no/such/program", User = Environment.UserName } });
        Assert.Equal(FrameKind.Fault, guest.Read(_patience)!.Value.Header.Kind);
        for (var round = 0; round < 100 && guest.Children > 0; round++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(0, guest.Children);
    }
}
