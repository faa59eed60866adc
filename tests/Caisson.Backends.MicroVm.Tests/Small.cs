using Caisson.Linux.Interop;

namespace Caisson.Backends.MicroVm.Tests;

/// <summary>A file system with little room.</summary>
internal sealed class Small : IDisposable
{
    public Small(string path, int kilobytes)
    {
        Path = path;
        LinuxException.Check(Libc.Mount("small", path, "tmpfs", 0, $"size={kilobytes}k"), path);
    }

    public string Path { get; }

    public void Dispose()
    {
        const int Detach = 2;
        LinuxException.Check(Libc.Unmount(Path, Detach), Path);
    }
}
