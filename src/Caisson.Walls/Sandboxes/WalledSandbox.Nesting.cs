using System.Net.Sockets;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Linux.Seccomp;
using Caisson.Walls.Nesting;

namespace Caisson.Walls.Sandboxes;

internal sealed partial class WalledSandbox
{
    public ReadOnlyMemory<byte> Closing => SeccompProfile.Closing;

    public async Task<INestingDoor> ConnectAsync(string name, CancellationToken cancellation)
    {
        var socket = _resources.Network!.CreateSocket(AddressFamily.Unix);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint($"\0{name}"), cancellation).ConfigureAwait(false);
            return new NestingDoor(socket);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException)
                throw new CaissonException(ErrorCode.Unavailable, $"nothing listens on '{name}' in the sandbox", inner: e);
            throw;
        }
    }

    public Task<INestedCell> CreateCellAsync(int number, Resources resources) => Task.Run(() =>
    {
        if (_resources is not { UserNamespace: { } owner, Cgroup: { } own })
            throw new CaissonException(ErrorCode.Unsupported, "a sandbox found again cannot be divided");
        var group = own.CreateBeside($"{_resources.Id}.{number}", NestedCell.LimitsOf(resources));
        return (INestedCell)new NestedCell(group, owner, _gateway);
    });
}
