using Caisson.Core.Failures;

namespace Caisson.Interpreter.Languages;

/// <summary>Every language that contexts can have.</summary>
internal static class LanguageCatalog
{
    public const string Default = "python";

    private static readonly RequiredProgram _python = new("/usr/bin/python3", "python3");
    private static readonly RequiredProgram _ipython = new("/usr/lib/python3/dist-packages/IPython/__init__.py", "python3-ipython");
    private static readonly RequiredProgram _node = new("/usr/bin/node", "nodejs");

    public static IReadOnlyList<Language> All { get; } =
    [
        new(Default, ["python3", "py"], ["/usr/bin/python3", "python/kernel.py"], [_python, _ipython]) { Zygote = "python/zygote.py" },
        new("javascript", ["js", "node"], ["/usr/bin/node", "--no-warnings", "javascript/kernel.cjs", "javascript"], [_python, _node, new("/usr/share/nodejs/acorn/package.json", "node-acorn")]),
        new("typescript", ["ts"], ["/usr/bin/node", "--no-warnings", "javascript/kernel.cjs", "typescript"],
            [_python, _node, new("/usr/share/nodejs/acorn/package.json", "node-acorn"), new("/usr/bin/esbuild", "esbuild")]),
        new("bash", ["sh", "shell"], ["/usr/bin/python3", "-I", "-S", "bash/kernel.py"], [_python]),
        new("r", [], ["/usr/bin/Rscript", "--no-save", "--no-restore", "r/kernel.R"], [_python, new("/usr/bin/Rscript", "r-base-core"), new("/usr/lib/R/site-library/jsonlite/DESCRIPTION", "r-cran-jsonlite")]),
        new("java", [], ["/usr/bin/java", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "java/Kernel.java"], [_python, new("/usr/bin/javac", "default-jdk-headless")]),
    ];

    public static Language Find(string? name)
    {
        var wanted = string.IsNullOrEmpty(name) ? Default : name.ToLowerInvariant();
        return All.FirstOrDefault(language => language.Name == wanted || language.Aliases.Contains(wanted, StringComparer.Ordinal))
            ?? throw new CaissonException(ErrorCode.InvalidArgument, $"language '{name}' is not known", $"Use one of {string.Join(", ", All.Select(language => language.Name))}.");
    }
}
