using Caisson.Core.Backends;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Pools;

/// <summary>What a sandbox is from its start and cannot be given later: two requests of one key may get the same sandbox.</summary>
/// <param name="Template">The template at the bottom.</param>
/// <param name="Layer">The layer of the snapshot, or null.</param>
/// <param name="Wall">The wall.</param>
/// <param name="Resources">The bounds.</param>
/// <param name="OnTimeout">Whether it must be able to pause, which some walls refuse at the start.</param>
/// <param name="Root">The directories its root is made of, which change with the template's content.</param>
internal sealed record PoolKey(string Template, string? Layer, string Wall, Resources Resources, TimeoutAction OnTimeout, string Root)
{
    private static readonly SandboxSpec _plain = new();

    /// <summary>The key of a request, or null where it asks for something that only a start can give.</summary>
    public static PoolKey? Of(SandboxSpec spec, string template, string? layer, string wall, RootFileSystem root)
    {
        // What a claim can give is set aside. Whatever else differs from a plain spec, and whatever specs learn one day, needs a start of its own.
        var rest = spec with
        {
            Template = _plain.Template,
            Wall = _plain.Wall,
            Resources = _plain.Resources,
            Environment = _plain.Environment,
            Lifecycle = _plain.Lifecycle,
            Egress = _plain.Egress,
            Ingress = _plain.Ingress,
            Metadata = _plain.Metadata,
            Mounts = spec.Mounts.Count == 0 ? _plain.Mounts : spec.Mounts,
            Volumes = spec.Volumes.Count == 0 ? _plain.Volumes : spec.Volumes,
        };
        // Not every wall that can freeze keeps files alone, and the other way round.
        var keepsMemory = spec.Lifecycle is not { OnTimeout: TimeoutAction.Pause, KeepMemory: false };
        // Where nothing of the root can be written, trust in the gateway is laid into it at the start.
        var trusts = root.Writable || spec.Egress.Transforms.Count == 0;
        return rest == _plain && trusts && keepsMemory ? new PoolKey(template, layer, wall, spec.Resources, spec.Lifecycle.OnTimeout, Describe(root)) : null;
    }

    /// <summary>The spec that sandboxes of this key are started with: nobody's yet, and nothing gets out.</summary>
    public SandboxSpec Spec => new()
    {
        Template = Template,
        Wall = Wall,
        Resources = Resources,
        Lifecycle = new Lifecycle { OnTimeout = OnTimeout },
    };

    private static string Describe(RootFileSystem root) =>
        $"{root.Writable} {root.MultiUser} {string.Join('|', root.Trees.Select(tree => $"{tree.Target}={string.Join(':', tree.Layers)}"))} {string.Join(':', root.Captured)}";
}
