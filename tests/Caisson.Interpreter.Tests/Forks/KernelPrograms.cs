using Caisson.Interpreter.Kernels;

namespace Caisson.Interpreter.Tests.Forks;

/// <summary>The kernels' own programs, as they are put into a sandbox.</summary>
internal static class KernelPrograms
{
    public static async Task WriteAsync(string directory, params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var content = typeof(KernelFiles).Assembly.GetManifestResourceStream(name)!;
            await using var file = File.Create(path);
            await content.CopyToAsync(file);
        }
    }
}
