using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.State;

/// <summary>The engine's directory: one folder a sandbox, in it the timeline and a folder named after its wall, and one for captured layers; locked while we use it.</summary>
internal sealed class StateDirectory : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // A server that was killed may leave a child behind that has yet to become its program and holds what it inherited.
    private static readonly TimeSpan _handover = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(50);

    private readonly string _sandboxes;
    private readonly FileStream _lock;

    private StateDirectory(string sandboxes, string layers, FileStream held) => (_sandboxes, Layers, _lock) = (sandboxes, layers, held);

    /// <summary>The folder of captured layers.</summary>
    public string Layers { get; }

    /// <summary>Makes the directory if need be and takes its lock; Conflict when another server has it and keeps it for seconds.</summary>
    public static async Task<StateDirectory> OpenAsync(string root, TimeProvider time, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(root);
        try
        {
            Directory.CreateDirectory(path, Private);
            var sandboxes = Path.Combine(path, "sandboxes");
            Directory.CreateDirectory(sandboxes, Private);
            var layers = Path.Combine(path, "layers");
            Directory.CreateDirectory(layers, Private);
            return new StateDirectory(sandboxes, layers, await LockAsync(path, time, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                $"the state directory {path} cannot be used: {e.Message}",
                "Name a directory that this user may write to.",
                inner: e);
        }
    }

    /// <summary>A sandbox's own folder.</summary>
    public string Of(SandboxId id) => Path.Combine(_sandboxes, id.Value);

    /// <summary>The folder that its wall makes and removes.</summary>
    public string OfWall(SandboxId id, string wall) => Path.Combine(Of(id), wall);

    /// <summary>Where the disk of what it writes lies: beside its wall's folder, for it may outlive that.</summary>
    public string DiskOf(SandboxId id) => Path.Combine(Of(id), "disk.ext4");

    /// <summary>Where its memory lies while it is on disk.</summary>
    public string MemoryOf(SandboxId id) => Path.Combine(Of(id), "memory");

    /// <summary>Makes a sandbox's folder.</summary>
    public string Create(SandboxId id)
    {
        var path = Of(id);
        Directory.CreateDirectory(path, Private);
        return path;
    }

    /// <summary>Removes a sandbox's folder and all in it; an absent one is fine.</summary>
    public void Remove(SandboxId id)
    {
        if (Directory.Exists(Of(id)))
            Directory.Delete(Of(id), recursive: true);
    }

    /// <summary>Every folder that is named like a sandbox.</summary>
    public IEnumerable<SandboxId> Present()
    {
        foreach (var path in Directory.EnumerateDirectories(_sandboxes))
        {
            if (SandboxId.TryParse(Path.GetFileName(path), out var id))
                yield return id;
        }
    }

    /// <summary>The names of the walls that have a folder there.</summary>
    public IReadOnlyList<string> WallsOf(SandboxId id) =>
        Directory.Exists(Of(id)) ? [.. Directory.EnumerateDirectories(Of(id)).Select(path => Path.GetFileName(path)!)] : [];

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static async Task<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        var file = Path.Combine(path, "lock");
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX): the kernel lets go of it when we die, however we die.
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(file))
            {
                if (time.GetElapsedTime(start) > _handover)
                {
                    throw new CaissonException(
                        ErrorCode.Conflict,
                        $"another server is using the state directory {path}",
                        "Stop that server, or give this one a state directory of its own.",
                        FailureKind.Infrastructure,
                        e);
                }
            }

            await Task.Delay(_betweenTries, time, cancellation);
        }
    }
}
