using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates;

namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>Finds and starts the engine's sandboxes for addresses.</summary>
internal sealed class SandboxSource(ISandboxEngine engine, ITemplateEngine templates, SweRexOptions options)
{
    // One that was paused by other means is still the one that is meant.
    private static readonly SandboxState[] _live =
        [SandboxState.Running, SandboxState.Pausing, SandboxState.Paused, SandboxState.Resuming, SandboxState.Snapshotting, SandboxState.Forking];

    /// <summary>The live sandbox with the address's labels, the newest if there are several.</summary>
    public ISandbox? Find(SandboxAddress address) =>
        engine.List(address.Tenant, new SandboxQuery { Metadata = address.Labels, States = _live, Limit = 1 }).Items is [var found, ..] ? found : null;

    /// <summary>Starts one.</summary>
    public Task<ISandbox> StartAsync(SandboxAddress address, CancellationToken cancellation) => engine.CreateAsync(
        address.Tenant,
        new SandboxSpec
        {
            Template = address.Template,
            Resources = templates.Find(address.Tenant, address.Template)?.Build.Resources ?? options.Resources,
            Metadata = address.Labels,
            Lifecycle = new Lifecycle { Timeout = options.Life },
            Egress = options.Egress,
        },
        cancellation);
}
