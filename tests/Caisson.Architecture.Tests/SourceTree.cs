using System.Xml.Linq;

namespace Caisson.Architecture.Tests;

/// <summary>The repository's src folder, as it lies on disk.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string Source => Path.Combine(Root, "src");

    /// <summary>Every project by name (Dialects/E2b/Caisson.Dialects.E2b.csproj is Caisson.Dialects.E2b) with the projects it refers to.</summary>
    public static IReadOnlyList<(string Name, string Directory, IReadOnlyList<string> References)> Projects { get; } =
        [.. Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories).Where(IsOurs).Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Every source file below a directory, generated ones left out.</summary>
    public static IEnumerable<string> Files(string directory) =>
        Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories).Where(IsOurs);

    public static string Short(string path) => Path.GetRelativePath(Root, path);

    private static bool IsOurs(string path)
    {
        var parts = Path.GetRelativePath(Root, path).Split('/');
        return !parts.Contains("obj") && !parts.Contains("bin") && !parts.Contains("node_modules");
    }

    private static (string Name, string Directory, IReadOnlyList<string> References) Read(string path) => (
        Path.GetFileNameWithoutExtension(path),
        Path.GetDirectoryName(path)!,
        [.. XDocument.Load(path).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))]);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Caisson.slnx")))
                return directory.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
