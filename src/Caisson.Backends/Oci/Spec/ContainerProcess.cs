namespace Caisson.Backends.Oci.Spec;

/// <summary>The first program.</summary>
internal sealed record ContainerProcess(
    ContainerUser User, IReadOnlyList<string> Args, IReadOnlyList<string> Env, string Cwd, ContainerCapabilities Capabilities, bool NoNewPrivileges);
