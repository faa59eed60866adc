using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>Paths as a program of the sandbox's own would take them.</summary>
internal static class InsidePaths
{
    /// <summary>A path from the template's working directory; without one, from the user's home.</summary>
    public static string Of(ISandbox sandbox, string path) =>
        path.StartsWith('/') || sandbox.Info.Defaults.WorkingDirectory is not { } directory ? path : $"{directory.TrimEnd('/')}/{path}";
}
