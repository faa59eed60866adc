using System.Security.Cryptography;
using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Dialects.SandboxFusion.Running;
using Caisson.Engine.Rollouts.Languages;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>Judges a model's words by the cases of a row.</summary>
internal sealed class Submissions(CaseRunner cases, SandboxFusionOptions options)
{
    private const double Compiled = 10;
    private const double Interpreted = 20;
    private const int ShownText = 1024;
    private const string Insert = "#<INSERT>";

    private static readonly string[] _compiled = ["cpp", "go", "java"];
    private static readonly IReadOnlyDictionary<string, byte[]> _none = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    public Task<EvalResult> JudgeAsync(string tenant, BodyReader body, CancellationToken cancellation)
    {
        var config = TestConfig.Read(body);
        var completion = body.Text("completion");
        var id = body.Find("id") ?? throw body.Wrong("id", "missing", "Field required");
        return config.DatasetType == TestConfig.OnlineJudge
            ? OnlineJudgeAsync(tenant, id, completion, config, cancellation)
            : AutoEvalAsync(tenant, id, completion, config, cancellation);
    }

    private async Task<EvalResult> OnlineJudgeAsync(string tenant, JsonElement id, string completion, TestConfig config, CancellationToken cancellation)
    {
        var language = Known(config.Language ?? throw FusionException.Bad("config.language is required"));
        var row = config.Row();
        var tests = row.Find("test") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray() : throw FusionException.Bad("the row has no list 'test'");
        var code = CodeExtraction.Find(completion, language);
        var (all, whole) = (config.Extra.Truth("run_all_cases"), config.Extra.Truth("return_full_case"));
        var results = new EvalTest?[tests.Length];
        var failed = tests.Length;
        await Parallel.ForEachAsync(Enumerable.Range(0, tests.Length), new ParallelOptions { MaxDegreeOfParallelism = options.JudgeParallelism, CancellationToken = cancellation }, async (index, stop) =>
        {
            if (!all && Volatile.Read(ref failed) < index)
                return;
            var test = new BodyReader(tests[index]);
            var request = Request(language, code.Code, config, test.Inner("input").OptionalText("stdin") ?? "", _none);
            var ran = await cases.RunAsync(tenant, request, stop);
            var passed = ran.Status == Outcome.Success && OutputComparison.Matches(ran.RunResult?.Stdout ?? "", test.Inner("output").OptionalText("stdout") ?? "");
            results[index] = new EvalTest(passed, ran, whole ? tests[index] : Shortened(tests[index]));
            for (var known = Volatile.Read(ref failed); !passed && index < known; known = Volatile.Read(ref failed))
                Interlocked.CompareExchange(ref failed, index, known);
        });
        // Up to and with the first that failed, whatever ran beside it.
        var shown = all ? results : results[..Math.Min(tests.Length, failed + 1)];
        return new EvalResult(id, failed == tests.Length, code.Code, null, null, [.. shown.Select(test => test!)], code.Type, null);
    }

    private async Task<EvalResult> AutoEvalAsync(string tenant, JsonElement id, string completion, TestConfig config, CancellationToken cancellation)
    {
        var row = config.Row();
        var labels = row.Inner("labels");
        var written = labels.OptionalText("programming_language") ?? config.Language ?? throw FusionException.Bad("labels.programming_language is required");
        var language = Known(labels.OptionalText("execution_language") ?? (written == "java" ? "junit" : written));
        var test = row.Required("test");
        var testCode = test.OptionalText("code") ?? "";
        var code = CodeExtraction.Find(completion, written);
        var full = testCode.Contains(Insert, StringComparison.Ordinal) ? testCode.Replace(Insert, code.Code, StringComparison.Ordinal) : $"{code.Code}\n{testCode}";
        var flag = config.Extra.Truth("append_flag") && language == "python" ? RandomNumberGenerator.GetHexString(24, lowercase: true) : null;
        if (flag is not null)
            full += $"\nprint('{flag}')";
        var ran = await cases.RunAsync(tenant, Request(language, full, config, null, test.Files("asset")), cancellation);
        var accepted = ran.Status == Outcome.Success && (flag is null || (ran.RunResult?.Stdout ?? "").Contains(flag, StringComparison.Ordinal));
        return new EvalResult(id, accepted, code.Code, full, testCode, [new EvalTest(accepted, ran, null)], code.Type, null);
    }

    private static RunCodeRequest Request(string language, string code, TestConfig config, string? stdin, IReadOnlyDictionary<string, byte[]> files) => new(
        code, language, config.CompileTimeout ?? RunCodeRequest.DefaultTimeout, config.RunTimeout ?? (_compiled.Contains(language, StringComparer.Ordinal) ? Compiled : Interpreted),
        -1, stdin, files, []);

    private static string Known(string language) => LanguageTable.All.ContainsKey(language) ? language : throw FusionException.Bad($"language {language} is not supported");

    private static JsonElement Shortened(JsonElement test) => test.ValueKind switch
    {
        JsonValueKind.String when test.GetString() is { Length: > ShownText } text => JsonSerializer.SerializeToElement(text[..ShownText] + "...", FusionJson.Default.String),
        JsonValueKind.Object => Rebuilt(test),
        _ => test,
    };

    private static JsonElement Rebuilt(JsonElement test)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var property in test.EnumerateObject())
            {
                json.WritePropertyName(property.Name);
                Shortened(property.Value).WriteTo(json);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(bytes.ToArray());
    }
}
