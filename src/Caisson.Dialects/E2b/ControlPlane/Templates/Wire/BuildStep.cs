namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed class BuildStep
{
    public string? Type { get; set; }

    public List<string>? Args { get; set; }

    public bool? Force { get; set; }

    public string? FilesHash { get; set; }
}
