namespace Caisson.Wasm.Worker.Commands;

/// <summary>Code given as an argument to an interpreter that reads files only: a file in a directory of its own, for as long as it runs.</summary>
internal sealed class EvaluatedCode : IDisposable
{
    /// <summary>Memory of the sandbox that modules do not see, but for the directory of their own code.</summary>
    private const string Place = "/dev/shm";
    private const string Name = "eval.js";

    public EvaluatedCode(int pid, string code)
    {
        Folder = $"{Place}/caisson-{pid}";
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path, code);
    }

    /// <summary>The directory.</summary>
    public string Folder { get; }

    /// <summary>The file.</summary>
    public string Path => $"{Folder}/{Name}";

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
