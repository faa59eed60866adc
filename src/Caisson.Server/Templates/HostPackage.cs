namespace Caisson.Server.Templates;

/// <summary>A system package of the host that a template shows inside.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Probe">A file or directory that is there when it is installed.</param>
internal sealed record HostPackage(string Name, string Probe)
{
    public bool IsInstalled => Path.Exists(Probe);

    /// <summary>The packages of a kind in the list of a template, which the installing script reads too.</summary>
    public static IReadOnlyList<HostPackage> Listed(string template, string kind)
    {
        using var list = new StreamReader(typeof(HostPackage).Assembly.GetManifestResourceStream($"{template}.packages")!);
        return [.. list.ReadToEnd().Split('\n').Select(line => line.Split(' ')).Where(words => words is [not "#", _, var word] && word == kind).Select(words => new HostPackage(words[0], words[1]))];
    }
}
