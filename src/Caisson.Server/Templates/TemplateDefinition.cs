namespace Caisson.Server.Templates;

/// <summary>A template made from the host's own /usr.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What it takes along from /etc beside what every template takes.</param>
/// <param name="Packages">What must be installed on the host.</param>
/// <param name="Optional">What makes it more capable where it is installed.</param>
internal sealed record TemplateDefinition(string Name, IReadOnlyList<string> Settings, IReadOnlyList<HostPackage> Packages, IReadOnlyList<HostPackage> Optional)
{
    private const string Interpreter = "code-interpreter-v1";

    /// <summary>The host as it is.</summary>
    public static TemplateDefinition Base { get; } = new("base", [], [], []);

    /// <summary>With what code interpreters are expected to have.</summary>
    public static TemplateDefinition CodeInterpreter { get; } = new(
        Interpreter,
        ["R", "java-17-openjdk", "matplotlibrc"],
        HostPackage.Listed(Interpreter, "needed"),
        HostPackage.Listed(Interpreter, "optional"));

    /// <summary>Every template of a host.</summary>
    public static IReadOnlyList<TemplateDefinition> All { get; } = [Base, CodeInterpreter];

    /// <summary>The needed packages that the host lacks.</summary>
    public IReadOnlyList<string> Missing => [.. Packages.Where(package => !package.IsInstalled).Select(package => package.Name)];
}
