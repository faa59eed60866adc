using System.Reflection;
using Caisson.Core.Guests;

namespace Caisson.Interpreter.Kernels;

/// <summary>The programs that run inside, as they lie in this assembly and in a sandbox.</summary>
internal static class KernelFiles
{
    /// <summary>Where they are put inside; the version is part of it, so that kernels of an older server keep theirs.</summary>
    public static string Directory { get; } = $"/opt/caisson/kernels-{Version}";

    private static readonly Assembly _assembly = typeof(KernelFiles).Assembly;

    private static readonly string[] _names = [.. _assembly.GetManifestResourceNames().Where(name => !name.StartsWith("Zygotes/", StringComparison.Ordinal) && Path.GetExtension(name) is ".py" or ".cjs" or ".sh" or ".R" or ".java")];

    private static string Version => typeof(KernelFiles).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

    /// <summary>The path of a kernel file inside, or the word itself where it names none.</summary>
    public static string Resolve(string word) => _names.Contains(word, StringComparer.Ordinal) ? $"{Directory}/{word}" : word;

    /// <summary>Puts every file into the sandbox, owned by root.</summary>
    public static async Task WriteAsync(IGuestFiles files, CancellationToken cancellation)
    {
        foreach (var name in _names)
        {
            await using var content = _assembly.GetManifestResourceStream(name)!;
            await files.WriteAsync($"{Directory}/{name}", "root", content, new WriteOptions(), cancellation);
        }
    }
}
