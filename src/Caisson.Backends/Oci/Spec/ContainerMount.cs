namespace Caisson.Backends.Oci.Spec;

/// <summary>One mount of the runtime's own making.</summary>
internal sealed record ContainerMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);
