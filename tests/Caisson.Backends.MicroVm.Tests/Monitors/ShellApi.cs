using Caisson.Backends.MicroVm.Monitors;
using Caisson.Backends.MicroVm.Monitors.Api;

namespace Caisson.Backends.MicroVm.Tests.Monitors;

/// <summary>A shell in a monitor's place, to see what one sees.</summary>
internal sealed class ShellApi(string script) : IMachineApi
{
    public string Name => "sh";

    public bool OrderedDisks => true;

    public IReadOnlyList<string> StateFiles => ["state"];

    public string MemoryFile => "memory";

    public IReadOnlyList<string> Arguments(string name) => ["-c", script];

    public Task ReadyAsync(ApiSocket socket, CancellationToken cancellation) => Task.CompletedTask;

    public Task StartAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation) => Task.CompletedTask;

    public Task TakeUpAsync(ApiSocket socket, MachineStart start, CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync(ApiSocket socket, CancellationToken cancellation) => Task.CompletedTask;

    public Task GoOnAsync(ApiSocket socket, CancellationToken cancellation) => Task.CompletedTask;

    public Task KeepAsync(ApiSocket socket, CancellationToken cancellation) => Task.CompletedTask;
}
