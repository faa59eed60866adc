using System.Reflection;
using Caisson.Core.Guests;

namespace Caisson.Interpreter.Zygotes;

/// <summary>The zygote's own program, as it lies in this assembly and in a sandbox.</summary>
internal static class ZygoteProgram
{
    private const string Folder = "Zygotes/programs/";

    /// <summary>Where it is put inside.</summary>
    public const string Directory = "/opt/caisson/zygote";

    private const string Common = "json re math random collections itertools functools string typing datetime time heapq bisect dataclasses copy operator traceback "
        + "decimal fractions threading subprocess tempfile hashlib pathlib statistics contextlib enum textwrap abc io unittest inspect";

    private static readonly Assembly _assembly = typeof(ZygoteProgram).Assembly;

    /// <summary>Puts it into the sandbox, owned by root.</summary>
    public static async Task WriteAsync(IGuestFiles files, CancellationToken cancellation)
    {
        foreach (var name in _assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            await using var content = _assembly.GetManifestResourceStream(name)!;
            await files.WriteAsync($"{Directory}/{name[Folder.Length..]}", "root", content, new WriteOptions(), cancellation);
        }
    }

    /// <summary>The interpreter's arguments.</summary>
    public static IReadOnlyList<string> Arguments(ZygoteKind kind, string name) =>
        kind == ZygoteKind.Bare ? ["-S", $"{Directory}/zygote.py", name] : [$"{Directory}/zygote.py", name];

    /// <summary>The modules that it is to load.</summary>
    public static string Modules(ZygoteKind kind) => kind switch
    {
        ZygoteKind.Bare => "",
        ZygoteKind.Stocked => Common,
        _ => Common + " numpy pandas",
    };
}
