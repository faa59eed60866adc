using System.Globalization;
using System.Net.Sockets;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Linux.Sockets;
using Caisson.Protocol.Framing;
using Caisson.Protocol.Messages;
using Google.Protobuf;

namespace Caisson.Guest.Tests;

/// <summary>The built guest on one stream, spoken to frame by frame, so that a test can be as slow or as rude as it likes.</summary>
internal sealed unsafe class RealGuest : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly int _pid;

    private RealGuest(Socket socket, int pid) => (_stream, _pid) = (new NetworkStream(socket, ownsSocket: true), pid);

    public static RealGuest Start()
    {
        const int Fcntl = 72;
        const int SetDescriptorFlags = 2;
        var (ours, theirs) = UnixSockets.Pair();
        using (theirs)
        {
            using var script = new ForkScript();
            using var result = new ExecResult();
            script.Add("fcntl", Fcntl, theirs.DangerousGetHandle(), SetDescriptorFlags, 0);
            string[] arguments = [Program, "--control", theirs.DangerousGetHandle().ToString(CultureInfo.InvariantCulture)];
            script.AddProgram(Program, arguments, []);
            var pid = script.Start(Flags.SIGCHLD);
            result.Wait();
            Assert.Null(script.Failure);
            return new RealGuest(ours, pid);
        }
    }

    /// <summary>How many children it has, those included that have ended and were not waited for.</summary>
    public int Children => Directory.EnumerateDirectories($"/proc/{_pid}/task").Sum(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    public void Call(uint stream, Call call) => Send(stream, FrameKind.Call, call.ToByteArray());

    public void Grant(uint stream, int bytes) => Send(stream, FrameKind.Window, BitConverter.GetBytes(bytes));

    /// <summary>The next frame, or null when none comes within the time.</summary>
    public (FrameHeader Header, Reply? Reply)? Read(TimeSpan within)
    {
        _stream.ReadTimeout = (int)within.TotalMilliseconds;
        var head = new byte[FrameHeader.Size];
        try
        {
            _stream.ReadExactly(head);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock })
        {
            return null;
        }

        var header = FrameHeader.Read(head);
        var payload = new byte[header.Length];
        _stream.ReadExactly(payload);
        return (header, header.Kind == FrameKind.Reply ? Reply.Parser.ParseFrom(payload) : null);
    }

    public void Dispose()
    {
        // Its only host has gone: it ends by itself.
        _stream.Dispose();
        ChildProcess.Wait(_pid);
    }

    private static string Program
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, "artifacts", "bin", "caisson-guest");
                if (File.Exists(candidate))
                    return candidate;
            }

            throw new FileNotFoundException("the guest is not built: ./caisson --build-only");
        }
    }

    private void Send(uint stream, FrameKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, stream, kind).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        _stream.Write(frame);
    }
}
