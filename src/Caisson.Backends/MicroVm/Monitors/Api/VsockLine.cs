using System.Net.Sockets;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Linux.Sockets;
using Caisson.Protocol.Lines;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>The line where it is a vsock connection: the monitor passes it on from a Unix socket, once it is told the port.</summary>
internal static class VsockLine
{
    private const int MaxAnswer = 64;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Connects, as soon as the guest listens.</summary>
    public static async Task<Stream> OpenAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            if (await TryAsync(path, cancellation).ConfigureAwait(false) is { } stream)
                return stream;
            await Task.Delay(_pause, cancellation).ConfigureAwait(false);
        }
    }

    // Null when the guest does not listen yet: the monitor hangs up, or is itself not there yet.
    private static async Task<Stream?> TryAsync(string path, CancellationToken cancellation)
    {
        NetworkStream? stream = null;
        var open = false;
        try
        {
            stream = new NetworkStream(UnixSockets.ConnectTo(path), ownsSocket: true);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {LineGreeting.VsockPort}\n"), cancellation).ConfigureAwait(false);
            var answer = new StringBuilder();
            var one = new byte[1];
            // What follows the answer is the guest's.
            while (await stream.ReadAsync(one, cancellation).ConfigureAwait(false) == 1 && one[0] != '\n')
            {
                if (answer.Append((char)one[0]).Length > MaxAnswer)
                    break;
            }

            open = one[0] == '\n' && answer.ToString().StartsWith("OK ", StringComparison.Ordinal);
            if (!open && answer.Length > 0)
                throw new CaissonException(ErrorCode.Internal, "the machine's monitor answers a connection in no known way", "run 'caisson doctor'");
        }
        catch (Exception e) when (e is IOException or SocketException or LinuxException)
        {
            // Hung up.
        }
        finally
        {
            if (!open && stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
        }

        return open ? stream : null;
    }
}
