using System.Net.Sockets;
using System.Text;
using Caisson.Backends.MicroVm.Monitors.Api;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>The line over a monitor's vsock socket.</summary>
public sealed class VsockLineTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("caisson-line-").FullName, "line.sock");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    [Fact]
    public async Task It_is_asked_for_until_the_guest_listens_and_nothing_of_it_is_lost()
    {
        var opening = VsockLine.OpenAsync(_path, ApiBench.Soon);
        await Task.Delay(50);
        Listen();
        for (var refused = 0; refused < 2; refused++)
            (await AcceptAsync()).Dispose();
        using var last = await AcceptAsync();
        await last.SendAsync("OK 1073741824\nfirst words"u8.ToArray());
        await using var line = await opening;
        var words = new byte[11];
        await line.ReadExactlyAsync(words, ApiBench.Soon);
        Assert.Equal("first words", Encoding.ASCII.GetString(words));
    }

    [Fact]
    public async Task Another_answer_is_a_failure()
    {
        Listen();
        var opening = VsockLine.OpenAsync(_path, ApiBench.Soon);
        using var connection = await AcceptAsync();
        await connection.SendAsync("NO\n"u8.ToArray());
        Assert.Equal(ErrorCode.Internal, (await Assert.ThrowsAsync<CaissonException>(() => opening)).Code);
    }

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    private void Listen()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
    }

    private async Task<Socket> AcceptAsync()
    {
        var connection = await _listener.AcceptAsync(ApiBench.Soon);
        var asked = new byte[64];
        var count = await connection.ReceiveAsync(asked, ApiBench.Soon);
        Assert.Equal("CONNECT 617\n", Encoding.ASCII.GetString(asked, 0, count));
        return connection;
    }
}
