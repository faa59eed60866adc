namespace Caisson.Core.Advice;

/// <summary>Advises a setting: a part of the spec, or something to do around it.</summary>
internal sealed record SettingRule
{
    public required string Id { get; set; }

    public required Condition When { get; set; }

    /// <summary>What to do, in words.</summary>
    public required string Do { get; set; }

    public required string Why { get; set; }

    /// <summary>The part of the spec that does it, or null.</summary>
    public AdvisedSpec? Spec { get; set; }
}
