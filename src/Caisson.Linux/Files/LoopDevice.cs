using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Linux.Files;

/// <summary>A loop device over an image file, which frees itself when its last mount and this handle are gone.</summary>
public sealed unsafe class LoopDevice : IDisposable
{
    private const int Attempts = 32;
    private readonly SafeFileHandle _device;

    private LoopDevice(string path, SafeFileHandle device) => (Path, _device) = (path, device);

    /// <summary>The device's path.</summary>
    public string Path { get; }

    /// <summary>Sets one up.</summary>
    public static LoopDevice Attach(string image)
    {
        const uint GetFree = 0x4C82;
        const uint Configure = 0x4C0A;
        const int ConfigureSize = 304;
        const int FlagsOffset = 8 + 52;
        const int AutoClear = 4;
        using var control = OpenDevice("/dev/loop-control");
        using var file = OpenDevice(image);
        var request = stackalloc byte[ConfigureSize];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var number = LinuxException.Check(Libc.Ioctl((int)control.DangerousGetHandle(), GetFree, null), "LOOP_CTL_GET_FREE");
            var path = $"/dev/loop{number}";
            var device = OpenDevice(path);
            new Span<byte>(request, ConfigureSize).Clear();
            *(int*)request = (int)file.DangerousGetHandle();
            *(int*)(request + FlagsOffset) = AutoClear;
            if (Libc.Ioctl((int)device.DangerousGetHandle(), Configure, request) == 0)
                return new LoopDevice(path, device);
            var error = Marshal.GetLastPInvokeError();
            device.Dispose();
            // Somebody else took the same free one.
            if (error != Errno.EBUSY)
                throw new LinuxException("LOOP_CONFIGURE", error);
        }

        throw new LinuxException("LOOP_CONFIGURE", Errno.EBUSY);
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    private static SafeFileHandle OpenDevice(string path) =>
        new(LinuxException.Check(Libc.Open(path, Flags.O_RDWR | Flags.O_CLOEXEC, 0), $"open {path}"), ownsHandle: true);
}
