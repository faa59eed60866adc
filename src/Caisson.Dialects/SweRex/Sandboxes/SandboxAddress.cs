namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>Which sandbox is meant: one of that name, of that template, for each tenant.</summary>
internal sealed record SandboxAddress(string Tenant, string Template, string Name)
{
    private const string TemplateLabel = "swerex.template";
    private const string NameLabel = "swerex.name";

    /// <summary>The labels by which it is found again.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>(StringComparer.Ordinal) { [TemplateLabel] = Template, [NameLabel] = Name };
}
