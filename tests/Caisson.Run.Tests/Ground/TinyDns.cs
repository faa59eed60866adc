using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Caisson.Run.Tests.Ground;

/// <summary>A DNS server that gives every name the same addresses, one after another where there are several.</summary>
internal sealed class TinyDns : IDisposable
{
    private readonly UdpClient _socket;
    private readonly IPAddress[] _answers;
    private readonly bool _inTurn;
    private int _turn;

    public TinyDns(params string[] answers)
        : this(false, answers)
    {
    }

    public TinyDns(bool inTurn, string[] answers)
    {
        _answers = Array.ConvertAll(answers, IPAddress.Parse);
        _inTurn = inTurn;
        _socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ServeAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";

    /// <summary>Names that were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(byte[] question)
    {
        var labels = new List<string>();
        var at = 12;
        while (question[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(question, at + 1, question[at]));
            at += question[at] + 1;
        }

        Asked.Enqueue(string.Join('.', labels));
        var type = question[at + 2];
        var end = at + 5;
        var family = type == 28 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var fitting = type is 1 or 28 ? _answers.Where(a => a.AddressFamily == family).ToArray() : [];
        if (_inTurn && fitting.Length > 0)
            fitting = [fitting[_turn++ % fitting.Length]];
        List<byte> reply = [.. question[..end]];
        (reply[2], reply[3], reply[7], reply[9], reply[11]) = (0x81, 0x80, (byte)fitting.Length, 0, 0);
        foreach (var address in fitting)
        {
            var data = address.GetAddressBytes();
            reply.AddRange([0xC0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, (byte)data.Length, .. data]);
        }

        return [.. reply];
    }
}
