using System.Text.RegularExpressions;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>Finds the code in a model's words: a fenced block of the language, else one that was never closed, else what looks like code.</summary>
internal static partial class CodeExtraction
{
    private static readonly Dictionary<string, string[]> _names = new(StringComparer.Ordinal)
    {
        ["python"] = ["python", "py", "python3"],
        ["pytest"] = ["python", "py", "python3"],
        ["cpp"] = ["cpp", "c++", "cc"],
        ["csharp"] = ["csharp", "cs", "c#"],
        ["go"] = ["go", "golang"],
        ["go_test"] = ["go", "golang"],
        ["junit"] = ["java"],
        ["nodejs"] = ["javascript", "js", "nodejs", "node"],
        ["typescript"] = ["typescript", "ts"],
        ["jest"] = ["typescript", "ts", "javascript", "js"],
        ["bash"] = ["bash", "sh", "shell"],
        ["rust"] = ["rust", "rs"],
        ["ruby"] = ["ruby", "rb"],
        ["D_ut"] = ["d", "d_ut"],
        ["julia"] = ["julia", "jl"],
        ["verilog"] = ["verilog", "systemverilog", "sv"],
        ["kotlin_script"] = ["kotlin", "kts"],
        ["lean"] = ["lean", "lean4"],
    };

    /// <summary>The code, empty where there is none.</summary>
    public static ExtractedCode Find(string completion, string language)
    {
        var names = _names.GetValueOrDefault(language) ?? [language];
        var fenced = Fenced().Matches(completion);
        if (Pick(fenced, names) is { } block)
            return new ExtractedCode(block, "fenced");
        if (Unclosed().Match(completion) is { Success: true } open && Fits(open, names))
            return new ExtractedCode(open.Groups["code"].Value, "incomplete_fenced");
        return FirstLine(language).Match(completion) is { Success: true } line
            ? new ExtractedCode(completion[line.Index..], "heuristic")
            : new ExtractedCode("", "empty");
    }

    private static string? Pick(MatchCollection blocks, string[] names) =>
        (blocks.FirstOrDefault(block => Fits(block, names) && block.Groups["language"].Length > 0) ?? blocks.FirstOrDefault(block => Fits(block, names)))?.Groups["code"].Value;

    // A block that names no language may be of any.
    private static bool Fits(Match block, string[] names) =>
        block.Groups["language"].Value.Trim() is var named && (named.Length == 0 || names.Contains(named, StringComparer.OrdinalIgnoreCase));

    private static Regex FirstLine(string language) => language switch
    {
        "python" or "pytest" => Python(),
        "cpp" => Cpp(),
        "java" or "junit" => Java(),
        "go" or "go_test" => Go(),
        _ => Never(),
    };

    [GeneratedRegex(@"^[ \t]*```[ \t]*(?<language>[^\s`]*)[^\n`]*\n(?<code>.*?)^[ \t]*```", RegexOptions.Singleline | RegexOptions.Multiline, 2000)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^[ \t]*```[ \t]*(?<language>[^\s`]*)[^\n`]*\n(?<code>(?:(?!```).)+)\z", RegexOptions.Singleline | RegexOptions.Multiline, 2000)]
    private static partial Regex Unclosed();

    [GeneratedRegex(@"^(?:import|from|def|class|@|print\()\s*\S", RegexOptions.Multiline, 2000)]
    private static partial Regex Python();

    [GeneratedRegex(@"^(?:#include|using\s+namespace|int\s+main)", RegexOptions.Multiline, 2000)]
    private static partial Regex Cpp();

    [GeneratedRegex(@"^(?:import\s|package\s|(?:public\s+)?class\s)", RegexOptions.Multiline, 2000)]
    private static partial Regex Java();

    [GeneratedRegex(@"^package\s+\w+", RegexOptions.Multiline, 2000)]
    private static partial Regex Go();

    [GeneratedRegex(@"(?!)", RegexOptions.None, 2000)]
    private static partial Regex Never();
}
