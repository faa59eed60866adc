using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Caisson.Backends.Oci.Runtimes;
using Caisson.Backends.Oci.Spec;
using Caisson.Core.Failures;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;
using Caisson.Linux.Sockets;
using Caisson.Protocol.Boot;
using Caisson.Walls.Doors;
using Caisson.Walls.Ids;
using Caisson.Walls.Launching;
using Caisson.Walls.Sandboxes;

namespace Caisson.Backends.Oci;

/// <summary>Runs a container whose first program is the guest; the runtime ends when it stands.</summary>
internal sealed class RuntimeLauncher(OciRuntime runtime, RuntimeProgram? program) : ILauncher
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public string Wall => runtime.Name;

    public UserIds Users => runtime.SharesKernel ? UserIds.Range : UserIds.Own;

    public bool MakesMounts => true;

    public int? OwnProcesses => runtime.SharesKernel ? 1 : null;

    public long OwnMemoryBytes => runtime.OwnMemoryBytes;

    public int OwnPids => runtime.OwnPids;

    public bool OwnKernel => !runtime.SharesKernel;

    public void AddProgram(Launch launch)
    {
        var found = program ?? throw new CaissonException(ErrorCode.Unsupported, $"{runtime.Name} is not on this host", runtime.Remedy);
        var place = RuntimePlace.Create(launch.Resources.Id);
        if (!runtime.SharesKernel)
            launch.Resources.Password = BootRecord.NewPassword();
        File.WriteAllBytes(place.Configuration, JsonSerializer.SerializeToUtf8Bytes(ContainerWriter.Write(launch, runtime), ContainerJson.Default.ContainerSpec));

        var script = launch.Script;
        if (runtime.RefusesHybridGroups && launch.Host.Cgroups is { Unified: { } unified, Legacy.Count: > 0 })
            script.AddUnmount(unified);
        var boot = BootPipe.Create(new BootRecord(launch.Resources.Password ?? [], launch.Host.FilterOf(launch.Request.Spec)));
        launch.Opened.Add(boot);
        script.AddStreams(boot, launch.Messages);
        if (runtime.SharesKernel)
        {
            const int ControlDescriptor = 3;
            if (launch.Control.DangerousGetHandle() == ControlDescriptor)
                script.AddInherited(launch.Control);
            else
                script.Add("dup3", Sys.Dup3, launch.Control.DangerousGetHandle(), ControlDescriptor, 0);
        }

        script.Add("setsid", Sys.SetSid);
        string[] platform = found.Platform is null ? [] : [$"--platform={found.Platform}"];
        script.AddProgram(
            found.Path,
            [found.Path, "--root", place.State, .. runtime.Arguments, .. platform, "run", "--detach", "--bundle", place.Bundle, "--pid-file", place.PidFile, .. runtime.RunArguments, launch.Resources.Id.Value],
            ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
    }

    public async Task FindGuestAsync(WallResources resources, WallLaunch launch, CancellationToken cancellation)
    {
        if (resources.Guest > 0)
            return;
        await ProcessEnd.WaitAsync(launch.Pid, _patience).WaitAsync(cancellation).ConfigureAwait(false);
        if (!ChildProcess.TryReap(launch.Pid, out var status))
            throw new CaissonException(ErrorCode.Internal, $"{runtime.Name} did not end within {_patience.TotalSeconds} s");
        resources.Monitor = 0;
        var pid = RuntimePlace.Of(resources.Id).ReadPid();
        if (new WaitStatus(status).ExitCode != 0 || pid == 0)
            throw new CaissonException(ErrorCode.Internal, $"{runtime.Name} failed: {launch.Messages()}", "run 'caisson doctor'");
        resources.Guest = pid;
    }

    public async Task<Stream> ConnectAsync(WallResources resources, WallLaunch? launch, CancellationToken cancellation)
    {
        // A runtime that failed has no guest, and nobody would answer.
        if (launch is not null)
            await FindGuestAsync(resources, launch, cancellation).ConfigureAwait(false);
        if (runtime.SharesKernel)
            return new NetworkStream(UnixSockets.Connect(resources.StateDirectory!, WallLaunch.ControlSocket), ownsSocket: true);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        while (true)
        {
            var socket = resources.Network!.CreateSocket(AddressFamily.InterNetwork);
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, WallPorts.Control), limit.Token).ConfigureAwait(false);
                await socket.SendAsync(resources.Password, limit.Token).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (ProcessStatus.StartTime(resources.Guest) is not null)
            {
                // It stands, but the guest does not listen yet.
                socket.Dispose();
                await Task.Delay(_between, limit.Token).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new CaissonException(ErrorCode.Unavailable, $"the container ended at once: {launch?.Messages()}", inner: e);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    public void Remove(WallResources resources) => RuntimePlace.Of(resources.Id).Remove();
}
