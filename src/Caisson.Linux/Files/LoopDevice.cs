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

    /// <summary>Its number, <c>MAJOR:MINOR</c>.</summary>
    public string Number => File.ReadAllText($"/sys/block/{System.IO.Path.GetFileName(Path)}/dev").Trim();

    /// <summary>Sets one up; an image that is only read cannot be changed through it.</summary>
    public static LoopDevice Attach(string image, bool readOnly = false)
    {
        const uint GetFree = 0x4C82;
        const uint Configure = 0x4C0A;
        const int ConfigureSize = 304;
        const int FlagsOffset = 8 + 52;
        const int AutoClear = 4;
        const int ReadOnly = 1;
        using var control = OpenDevice("/dev/loop-control");
        using var file = OpenDevice(image, readOnly ? Flags.O_RDONLY : Flags.O_RDWR);
        var request = stackalloc byte[ConfigureSize];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var number = LinuxException.Check(Libc.Ioctl((int)control.DangerousGetHandle(), GetFree, null), "LOOP_CTL_GET_FREE");
            var path = $"/dev/loop{number}";
            var device = OpenDevice(path);
            new Span<byte>(request, ConfigureSize).Clear();
            *(int*)request = (int)file.DangerousGetHandle();
            *(int*)(request + FlagsOffset) = readOnly ? AutoClear | ReadOnly : AutoClear;
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

    /// <summary>The device that holds an image, kept from going while the result is; null when none does.</summary>
    public static LoopDevice? Find(string image) =>
        Directory.EnumerateDirectories("/sys/block", "loop*").Select(directory => TryOpen($"/dev/{System.IO.Path.GetFileName(directory)}", image)).FirstOrDefault(found => found is not null);

    /// <summary>Whether some device holds an image.</summary>
    public static bool IsHeld(string image) =>
        Directory.EnumerateDirectories("/sys/block", "loop*").Any(directory => Holds(directory, image));

    /// <summary>The device of that path if it holds that image, kept from going while the result is.</summary>
    public static LoopDevice? TryOpen(string path, string image)
    {
        if (!Holds(path, image))
            return null;
        var descriptor = Libc.Open(path, Flags.O_RDONLY | Flags.O_CLOEXEC, 0);
        if (descriptor < 0)
            return null;
        var device = new LoopDevice(path, new SafeFileHandle(descriptor, ownsHandle: true));
        // It may have been freed, and taken by somebody else, before it was opened.
        if (Holds(path, image))
            return device;
        device.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    private static bool Holds(string path, string image)
    {
        try
        {
            return File.ReadAllText($"/sys/block/{System.IO.Path.GetFileName(path)}/loop/backing_file").TrimEnd('\n') == image;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static SafeFileHandle OpenDevice(string path, int access = Flags.O_RDWR) =>
        new(LinuxException.Check(Libc.Open(path, access | Flags.O_CLOEXEC, 0), $"open {path}"), ownsHandle: true);
}
