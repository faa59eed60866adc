using Caisson.Core.Volumes;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Volumes;

/// <summary>A volume's mount on the host, and handles of its two directories.</summary>
internal sealed class MountedVolume : IMountedVolume
{
    /// <summary>The directory of a volume's file system that sandboxes see.</summary>
    public const string Content = "content";

    /// <summary>The directory beside it that they do not.</summary>
    public const string Beside = "beside";

    private readonly string _place;
    private readonly SafeFileHandle _root;
    private readonly SafeFileHandle _beside;

    private MountedVolume(string place, SafeFileHandle root, SafeFileHandle beside)
    {
        (_place, _root, _beside) = (place, root, beside);
        var removed = new RemovedFiles(beside);
        removed.RemoveAll();
        Files = new VolumeFiles(root, removed);
    }

    public string Root => Path.Combine(_place, Content);

    public IVolumeFiles Files { get; }

    public static MountedVolume Open(string place)
    {
        var root = Handle(Path.Combine(place, Content));
        try
        {
            return new MountedVolume(place, root, Handle(Path.Combine(place, Beside)));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ = Libc.Syscall(Sys.SyncFs, _root.DangerousGetHandle());
        _root.Dispose();
        _beside.Dispose();
        await Task.Run(() => HostVolumes.Unmount(_place)).ConfigureAwait(false);
    }

    private static SafeFileHandle Handle(string path) =>
        new(LinuxException.Check(Libc.Open(path, Flags.O_RDONLY | Flags.O_DIRECTORY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC, 0), path), ownsHandle: true);
}
