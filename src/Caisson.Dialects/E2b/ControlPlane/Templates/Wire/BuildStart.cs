using System.Text.Json;

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed class BuildStart
{
    public string? FromImage { get; set; }

    public string? FromTemplate { get; set; }

    public JsonElement? FromImageRegistry { get; set; }

    public List<BuildStep>? Steps { get; set; }

    public string? StartCmd { get; set; }

    public string? ReadyCmd { get; set; }

    public bool? Force { get; set; }
}
