namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

/// <summary>Of an assignment (<see cref="Target"/>) or a removal (<see cref="Name"/>).</summary>
internal sealed class TagRequest
{
    public string? Target { get; set; }

    public string? Name { get; set; }

    public List<string>? Tags { get; set; }
}
