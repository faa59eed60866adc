using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Http;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>How a data set is to be judged.</summary>
internal sealed record TestConfig(string DatasetType, string? Language, double? CompileTimeout, double? RunTimeout, JsonElement? ProvidedData, BodyReader Extra)
{
    public const string OnlineJudge = "CommonOJDataset";
    public const string AutoEval = "AutoEvalDataset";

    private static readonly string[] _autoEval = [AutoEval, "AutoEvalV4Dataset", "AutoEvalV5Dataset", "AutoEvalV6Dataset"];

    /// <summary>Reads the configuration of a request; data sets that are not given with it are refused.</summary>
    public static TestConfig Read(BodyReader body)
    {
        var dataset = body.Text("dataset");
        var config = body.Inner("config");
        if (config.Find("custom_extract_logic") is not null)
            throw FusionException.Bad("custom_extract_logic is not supported: the judge runs nobody's Python outside a sandbox");
        var type = config.OptionalText("dataset_type") ?? dataset;
        if (type != OnlineJudge && !_autoEval.Contains(type, StringComparer.Ordinal))
            throw FusionException.Bad($"dataset {dataset} is not registered, and config.dataset_type is none of {OnlineJudge}, {string.Join(", ", _autoEval)}");
        return new TestConfig(
            type == OnlineJudge ? OnlineJudge : AutoEval, config.OptionalText("language"), Seconds(config, "compile_timeout"), Seconds(config, "run_timeout"),
            config.Find("provided_data"), config.Inner("extra"));
    }

    /// <summary>The one row given.</summary>
    public BodyReader Row() => ProvidedData is { ValueKind: JsonValueKind.Object } row
        ? new BodyReader(row)
        : throw FusionException.Bad("config.provided_data must be one row (a dictionary)");

    /// <summary>The rows given.</summary>
    public IEnumerable<JsonElement> Rows() => ProvidedData is { ValueKind: JsonValueKind.Array } rows
        ? rows.EnumerateArray()
        : throw FusionException.Bad("config.provided_data must be a list of rows");

    private static double? Seconds(BodyReader config, string name)
    {
        var seconds = config.OptionalNumber(name);
        if (seconds is { } given)
            Running.RunCodeRequest.Seconds(config, name, given);
        return seconds;
    }
}
