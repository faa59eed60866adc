namespace Caisson.Settings.Tests;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("caisson-settings-").FullName;

    public string Directories(string relative) => Directory.CreateDirectory(System.IO.Path.Join(Path, relative)).FullName;

    public void Write(string relative, string text = "")
    {
        var file = System.IO.Path.Join(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Link(string relative, string target)
    {
        var link = System.IO.Path.Join(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
