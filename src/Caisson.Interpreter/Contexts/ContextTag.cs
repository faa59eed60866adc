using System.Text;

namespace Caisson.Interpreter.Contexts;

/// <summary>The name by which a kernel's process is found again after a restart of the server.</summary>
internal static class ContextTag
{
    public const string Zygote = "caisson.zygote";

    private const string Prefix = "caisson.context";

    public static string Of(ContextInfo info, bool spare) =>
        $"{Prefix} {info.Id} {info.Language} {(spare ? "spare" : "own")} {Convert.ToBase64String(Encoding.UTF8.GetBytes(info.WorkingDirectory))}";

    public static (ContextInfo Info, bool Spare)? Read(string? tag) => tag?.Split(' ') is [Prefix, var id, var language, var kind, var directory]
        ? (new ContextInfo(id, language, Encoding.UTF8.GetString(Convert.FromBase64String(directory))), kind == "spare")
        : null;
}
