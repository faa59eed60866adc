namespace Caisson.Engine.Templates.Builds;

/// <summary>The steps of a build that have no number.</summary>
public static class StepNames
{
    /// <summary>Finding what it stands on.</summary>
    public const string Base = "base";

    /// <summary>Trying the start and ready commands.</summary>
    public const string Finalize = "finalize";
}
