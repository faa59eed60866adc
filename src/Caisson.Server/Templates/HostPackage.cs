namespace Caisson.Server.Templates;

/// <summary>A system package of the host that a template shows inside.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Probe">A file or directory that is there when it is installed.</param>
internal sealed record HostPackage(string Name, string Probe)
{
    public bool IsInstalled => Path.Exists(Probe);
}
