using System.Runtime.InteropServices;

namespace Caisson.Cli.Terminals;

/// <summary>The calls of the C library that terminals need.</summary>
internal static unsafe partial class Libc
{
    /// <summary>More than struct termios of any Linux libc needs, in bytes.</summary>
    public const int TermiosSize = 256;

    /// <summary>TIOCGWINSZ on x86-64 and arm64.</summary>
    public const nuint GetWindowSize = 0x5413;

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(byte* termios);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, ushort* size);

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    /// <summary>O_RDONLY, O_NONBLOCK and O_CLOEXEC.</summary>
    public const int ReadNonBlocking = 0x80800;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);
}
