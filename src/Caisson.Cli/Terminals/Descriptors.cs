using Microsoft.Win32.SafeHandles;

namespace Caisson.Cli.Terminals;

/// <summary>The standard streams as plain bytes; the console classes would edit lines and change the terminal's mode.</summary>
internal static class Descriptors
{
    /// <summary>Standard input, unbuffered.</summary>
    public static FileStream Input() => Open(0, FileAccess.Read);

    /// <summary>Standard output, unbuffered.</summary>
    public static FileStream Output() => Open(1, FileAccess.Write);

    /// <summary>Standard error, unbuffered.</summary>
    public static FileStream Error() => Open(2, FileAccess.Write);

    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
