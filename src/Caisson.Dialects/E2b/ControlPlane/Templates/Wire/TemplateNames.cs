namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record TemplateNames(IReadOnlyList<string> Names);
