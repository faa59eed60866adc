using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Caisson.Client;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Sandboxes;
using Caisson.Verify.Server;

namespace Caisson.Verify;

/// <summary>What cases work with: one wall of one private server. Cases run one after another.</summary>
public sealed class Bench : IAsyncDisposable
{
    private RemoteSandbox? _box;
    private CaissonClient? _client;

    internal Bench(PrivateServer server, string wall, WallStrength strength, WallCapabilities capabilities) =>
        (Server, Wall, Strength, Capabilities) = (server, wall, strength, capabilities);

    /// <summary>The wall's name.</summary>
    public string Wall { get; }

    /// <summary>The wall's strength.</summary>
    public WallStrength Strength { get; }

    /// <summary>What its sandboxes have beyond commands and files.</summary>
    public WallCapabilities Capabilities { get; }

    /// <summary>The server.</summary>
    public PrivateServer Server { get; }

    /// <summary>Whether the code inside makes its system calls to the host's own kernel.</summary>
    public bool SharesKernel => Capabilities.HasFlag(WallCapabilities.Programs) && Strength < WallStrength.UserKernel;

    /// <summary>Whether the kernel that answers inside is Linux, the host's or one of the sandbox's own.</summary>
    public bool IsLinux => Strength != WallStrength.UserKernel;

    /// <summary>A sandbox that cases share as long as it lives; a case that may hurt it makes its own.</summary>
    public async Task<RemoteSandbox> BoxAsync(CancellationToken cancellation)
    {
        // A restarted server has another address, so what was made through the client before is of no use.
        if (_client != Server.Client)
            await EndBoxAsync();
        if (_box is null)
            (_box, _client) = (await CreateAsync(new SandboxSpec(), cancellation), Server.Client);
        return _box;
    }

    /// <summary>Makes a sandbox behind the wall.</summary>
    public Task<RemoteSandbox> CreateAsync(SandboxSpec spec, CancellationToken cancellation) =>
        Server.Client.CreateAsync(spec with { Wall = Wall, Lifecycle = new Lifecycle { Timeout = TimeSpan.FromMinutes(10) } }, cancellation);

    /// <summary>Runs a shell script in the shared sandbox.</summary>
    public async Task<ExecResult> ShellAsync(string script, string user, CancellationToken cancellation)
    {
        var box = await BoxAsync(cancellation);
        try
        {
            return await RunAsync(box, script, user, cancellation);
        }
        catch (CaissonException gone) when (gone.Code is ErrorCode.NotFound or ErrorCode.Unavailable or ErrorCode.Conflict)
        {
            // The next case must not pay for this one.
            _box = null;
            throw new DoesNotHoldException($"the sandbox did not survive it: {gone.Message}");
        }
    }

    /// <summary>Runs a shell script in a sandbox, for at most a minute.</summary>
    public static Task<ExecResult> RunAsync(RemoteSandbox box, string script, string user, CancellationToken cancellation) => box.ExecAsync(
        new ExecRequest { Command = "/bin/sh", Arguments = ["-c", script], User = user, Timeout = TimeSpan.FromMinutes(1) }, null, cancellation);

    /// <summary>An address of this host that is not its loopback.</summary>
    public static IPAddress HostAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(link => link.OperationalStatus == OperationalStatus.Up)
        .SelectMany(link => link.GetIPProperties().UnicastAddresses)
        .Select(entry => entry.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? throw new NotAvailableException("this host has no address but the loopback's");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndBoxAsync();

    // The server leaves alone what somebody owns, when it ends too: the sandbox of a client that is gone is ended through the one there is.
    private async Task EndBoxAsync()
    {
        if (Interlocked.Exchange(ref _box, null) is not { } box)
            return;
        try
        {
            await using var ended = _client == Server.Client ? box : await Server.Client.GetAsync(box.Id, CancellationToken.None);
        }
        catch (CaissonException gone) when (gone.Code == ErrorCode.NotFound)
        {
            // It did not survive a case.
        }
    }
}
