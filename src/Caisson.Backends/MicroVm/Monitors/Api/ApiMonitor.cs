using Caisson.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>Machines of a monitor that is told what to do over an API socket; it needs KVM.</summary>
/// <remarks>Its sockets lie in its own mount namespace, so that nothing of the host's is in its reach; they are found through its process.</remarks>
internal sealed class ApiMonitor(IMachineApi api, MonitorRoot root) : IMachineMonitor
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public string Name => api.Name;

    public string Version => root.Digest;

    public bool OrderedDisks => api.OrderedDisks;

    public bool KeepsDisks => false;

    /// <summary>What its root is made of.</summary>
    /// <param name="api">The monitor.</param>
    /// <param name="program">Its program.</param>
    /// <param name="kernel">The directory of the machine's kernel.</param>
    public static MonitorFiles Files(IMachineApi api, string program, string kernel) =>
        new(api.Name, program, Path.Combine(kernel, "vmlinux"), [Path.Combine(kernel, "modules"), Path.Combine(kernel, $"modules-{api.Name}")], JailPlaces.Folders, []);

    public async Task<IMachine> StartAsync(MachineStart start, CancellationToken cancellation)
    {
        JailPlaces.Prepare(start);
        if (start.State is { } state)
            KeptState.Lay(api, JailPlaces.KeptFolder(start.Directory), state, start.Memory);
        var process = MonitorProcess.Start(
            start, root, kvm: true, api.Arguments(start.Name), start.State is null ? [] : [start.Memory], (stage, place) => JailPlaces.Add(stage, place, start));
        var machine = Machine(start.Directory, process, start.Memory);
        try
        {
            await machine.BringUpAsync(start, cancellation).ConfigureAwait(false);
            return machine;
        }
        catch (Exception e)
        {
            var said = machine.Messages();
            await machine.EndAsync().ConfigureAwait(false);
            if (e is CaissonException failure)
                throw new CaissonException(failure.Code, $"{failure.Message} {said}".Trim(), failure.Remedy, failure.Kind, failure);
            throw;
        }
    }

    public Task<IMachine> FindAsync(string directory, int pid, CancellationToken cancellation) =>
        Task.FromResult<IMachine>(Machine(directory, MonitorProcess.Find(pid), null));

    private ApiMachine Machine(string directory, MonitorProcess process, SafeFileHandle? memory) =>
        new(api, new ApiSocket(JailPlaces.Seen(process.Pid, JailPlaces.Api), _patience), JailPlaces.Seen(process.Pid, JailPlaces.Line), directory, memory, process);
}
