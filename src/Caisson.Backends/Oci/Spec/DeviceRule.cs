namespace Caisson.Backends.Oci.Spec;

/// <summary>Whether devices may be used; the runtime adds the few that every container has.</summary>
internal sealed record DeviceRule(bool Allow, string Access);
