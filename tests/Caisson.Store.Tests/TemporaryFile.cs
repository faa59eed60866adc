namespace Caisson.Store.Tests;

/// <summary>A directory of its own for one test's store.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("caisson-store-").FullName;

    public string Path => System.IO.Path.Combine(_directory, "caisson.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
