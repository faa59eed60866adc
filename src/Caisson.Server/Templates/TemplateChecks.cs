using Caisson.Core.Backends;

namespace Caisson.Server.Templates;

/// <summary>What the templates of this host lack, as the doctor tells it.</summary>
internal static class TemplateChecks
{
    /// <summary>One check for each template that needs anything of the host.</summary>
    public static IEnumerable<HostCheck> Examine() => TemplateDefinition.All.Where(definition => definition.Packages.Count > 0).Select(Examine);

    private static HostCheck Examine(TemplateDefinition definition)
    {
        var feature = $"template {definition.Name}";
        var remedy = $"./caisson template {definition.Name}";
        if (definition.Missing is { Count: > 0 } missing)
            return new HostCheck(feature, HostCheckState.Missing, $"packages not installed: {string.Join(", ", missing)}", remedy);
        string[] absent = [.. definition.Optional.Where(package => !package.IsInstalled).Select(package => package.Name)];
        return absent.Length == 0
            ? new HostCheck(feature, HostCheckState.Ok, "every package is installed")
            : new HostCheck(feature, HostCheckState.Degraded, $"some languages lack packages: {string.Join(", ", absent)}", remedy);
    }
}
