using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Engine.Rollouts.Languages;

namespace Caisson.Dialects.SandboxFusion.Running;

/// <summary>Code to run.</summary>
internal sealed record RunCodeRequest(
    string Code, string Language, double CompileTimeout, double RunTimeout, long MemoryLimitMegabytes, string? Stdin,
    IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<string> FetchFiles)
{
    public const double DefaultTimeout = 10;
    private const double Longest = 3600;

    public static RunCodeRequest Read(BodyReader body)
    {
        var request = new RunCodeRequest(
            body.Text("code"), body.Text("language"), body.Number("compile_timeout", DefaultTimeout), body.Number("run_timeout", DefaultTimeout),
            body.Integer("memory_limit_MB", -1), body.OptionalText("stdin"), body.Files("files"), body.Texts("fetch_files"));
        if (!LanguageTable.All.ContainsKey(request.Language))
            throw body.Wrong("language", "literal_error", $"Input should be {string.Join(", ", LanguageTable.All.Keys.Select(name => $"'{name}'"))}");
        Seconds(body, "compile_timeout", request.CompileTimeout);
        Seconds(body, "run_timeout", request.RunTimeout);
        return request;
    }

    public static void Seconds(BodyReader body, string name, double seconds)
    {
        if (seconds is not (> 0 and <= Longest))
            throw body.Wrong(name, "value_error", $"Input should be above 0 and at most {Longest}");
    }
}
