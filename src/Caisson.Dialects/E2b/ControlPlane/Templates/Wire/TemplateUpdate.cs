namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed class TemplateUpdate
{
    public bool? Public { get; set; }
}
