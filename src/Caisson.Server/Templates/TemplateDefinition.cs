namespace Caisson.Server.Templates;

/// <summary>A template made from the host's own /usr.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Settings">What it takes along from /etc beside what every template takes.</param>
/// <param name="Packages">What must be installed on the host.</param>
/// <param name="Optional">What makes it more capable where it is installed.</param>
internal sealed record TemplateDefinition(string Name, IReadOnlyList<string> Settings, IReadOnlyList<HostPackage> Packages, IReadOnlyList<HostPackage> Optional)
{
    /// <summary>The host as it is.</summary>
    public static TemplateDefinition Base { get; } = new("base", [], [], []);

    /// <summary>With what code interpreters are expected to have.</summary>
    public static TemplateDefinition CodeInterpreter { get; } = new(
        "code-interpreter-v1",
        ["R", "java-17-openjdk", "matplotlibrc"],
        [
            new("python3", "/usr/bin/python3"),
            Python("python3-ipython", "IPython"),
            Python("python3-numpy", "numpy"),
            Python("python3-pandas", "pandas"),
            Python("python3-matplotlib", "matplotlib"),
            Python("python3-scipy", "scipy"),
            Python("python3-sympy", "sympy"),
            Python("python3-sklearn", "sklearn"),
            Python("python3-pil", "PIL"),
            Python("python3-openpyxl", "openpyxl"),
            Python("python3-requests", "requests"),
            Python("python3-bs4", "bs4"),
            new("nodejs", "/usr/bin/node"),
            new("node-acorn", "/usr/share/nodejs/acorn/package.json"),
            new("esbuild", "/usr/bin/esbuild"),
        ],
        [
            new("r-base-core", "/usr/bin/Rscript"),
            new("r-cran-jsonlite", "/usr/lib/R/site-library/jsonlite/DESCRIPTION"),
            new("default-jdk-headless", "/usr/bin/javac"),
        ]);

    /// <summary>Every template of a host.</summary>
    public static IReadOnlyList<TemplateDefinition> All { get; } = [Base, CodeInterpreter];

    /// <summary>The needed packages that the host lacks.</summary>
    public IReadOnlyList<string> Missing => [.. Packages.Where(package => !package.IsInstalled).Select(package => package.Name)];

    private static HostPackage Python(string name, string module) => new(name, $"/usr/lib/python3/dist-packages/{module}");
}
