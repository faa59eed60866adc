using System.Text.Json;

namespace Caisson.Core.Advice;

/// <summary>The rules by which a wall is chosen, as data.</summary>
internal sealed record RuleBook
{
    private const string Resource = "Caisson.Core.Advice.rules.json";
    private static readonly Lazy<RuleBook> _builtIn = new(Load);

    public required List<WallKind> Walls { get; set; }

    public required List<ExclusionRule> Exclude { get; set; }

    public required List<PreferenceRule> Prefer { get; set; }

    public required List<SettingRule> Settings { get; set; }

    /// <summary>The rules that come with the program.</summary>
    public static RuleBook BuiltIn => _builtIn.Value;

    private static RuleBook Load()
    {
        using var stream = typeof(RuleBook).Assembly.GetManifestResourceStream(Resource)!;
        return JsonSerializer.Deserialize(stream, RuleJson.Default.RuleBook)!;
    }
}
