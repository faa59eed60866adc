using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Walls;
using Caisson.Walls.Launching;
using Caisson.Walls.Sandboxes;
using Microsoft.Extensions.Logging;

namespace Caisson.Backends.Docker;

/// <summary>Walls of a Docker daemon: hardened containers with the roots, limits and doors that every wall has.</summary>
public sealed class DockerBackend : ISandboxBackend, IKeepsFiles, IDisposable
{
    private readonly DockerOptions _options;
    private readonly WallHost _host;
    private readonly ILogger _log;
    private readonly Daemon _daemon;
    private readonly GuestImage _image;
    private readonly LeftoverContainers _leftovers;
    private readonly string _state;
    private readonly bool _privateCgroup = File.Exists("/proc/self/ns/cgroup");

    /// <summary>Looks at nothing until a sandbox is started or the host is examined.</summary>
    public DockerBackend(DockerOptions options, WallHost host, ILogger<DockerBackend> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(host);
        (_options, _host, _log, _state) = (options, host, log, Path.GetFullPath(options.StateDirectory));
        _daemon = new Daemon(options);
        _image = new GuestImage(_daemon, host.Options.Guest);
        _leftovers = new LeftoverContainers(_daemon, _state, log);
    }

    /// <inheritdoc/>
    public string Name => DockerLauncher.Name;

    /// <inheritdoc/>
    public WallStrength Strength => WallStrength.Container;

    /// <inheritdoc/>
    public Task<BackendReport> ProbeAsync(CancellationToken cancellation) => DockerProbe.RunAsync(_options, _daemon, _host, cancellation);

    /// <inheritdoc/>
    public async Task<IWalledSandbox> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        if (!request.Detached || !request.Root.Writable || !request.Root.MultiUser)
            throw new CaissonException(ErrorCode.Unsupported, "the docker wall is for sandboxes of a server, with several users and a writable root", "Use the bubblewrap wall.");
        await _leftovers.SweepAsync(cancellation).ConfigureAwait(false);
        var container = SandboxContainer.NameOf(request.Id.Value);
        try
        {
            var door = MakeDoor(request.StateDirectory);
            await CreateAsync(request, door, cancellation).ConfigureAwait(false);
            var guest = await _daemon.StartAsync(container, cancellation).ConfigureAwait(false);
            await WaitForGuestAsync(guest, door, cancellation).ConfigureAwait(false);
            var sandbox = await _host.StartAsync(request, new DockerLauncher(guest), cancellation).ConfigureAwait(false);
            return new DockerSandbox((WalledSandbox)sandbox, _daemon, container, request.Detached, _log);
        }
        catch
        {
            await DockerSandbox.RemoveAsync(_daemon, container, _log).ConfigureAwait(false);
            if (Directory.Exists(request.StateDirectory))
                Directory.Delete(request.StateDirectory, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IWalledSandbox?> AttachAsync(AttachRequest request, CancellationToken cancellation)
    {
        await _leftovers.SweepAsync(cancellation).ConfigureAwait(false);
        var container = SandboxContainer.NameOf(request.Id.Value);
        if (await _host.AttachAsync(request, new DockerLauncher(0), cancellation).ConfigureAwait(false) is WalledSandbox sandbox)
            return new DockerSandbox(sandbox, _daemon, container, detached: true, _log);
        await DockerSandbox.RemoveAsync(_daemon, container, _log).ConfigureAwait(false);
        return null;
    }

    /// <inheritdoc/>
    public Task SettleAsync(string disk, CancellationToken cancellation) => WallHost.SettleAsync(disk, cancellation);

    /// <inheritdoc/>
    public Task<CapturedLayer> CaptureAsync(string disk, string path, CancellationToken cancellation) => WallHost.CaptureAsync(disk, path, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _image.Dispose();
        _daemon.Dispose();
    }

    private async Task CreateAsync(StartRequest request, string door, CancellationToken cancellation)
    {
        var image = await _image.EnsureAsync(again: false, cancellation).ConfigureAwait(false);
        try
        {
            await _daemon.CreateAsync(SandboxContainer.Of(request, image, _state, door, _privateCgroup), cancellation).ConfigureAwait(false);
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            // Somebody has removed the image.
            image = await _image.EnsureAsync(again: true, cancellation).ConfigureAwait(false);
            await _daemon.CreateAsync(SandboxContainer.Of(request, image, _state, door, _privateCgroup), cancellation).ConfigureAwait(false);
        }
    }

    private static string MakeDoor(string stateDirectory)
    {
        var door = Path.GetFullPath(Path.Combine(stateDirectory, DockerLauncher.DoorFolder));
        Directory.CreateDirectory(door, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return door;
    }

    // Until the guest has made its socket it needs the image's root.
    private async Task WaitForGuestAsync(int guest, string door, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_host.Options.StartTimeout);
        var socket = Path.Combine(door, WallLaunch.ControlSocket);
        while (!File.Exists(socket))
        {
            if (limit.IsCancellationRequested || !Directory.Exists($"/proc/{guest}"))
            {
                cancellation.ThrowIfCancellationRequested();
                throw new CaissonException(ErrorCode.Internal, "the guest did not come up in its container", "Run 'caisson doctor'.");
            }

            await Task.Delay(1, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
