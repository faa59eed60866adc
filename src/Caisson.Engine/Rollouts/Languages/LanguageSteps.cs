namespace Caisson.Engine.Rollouts.Languages;

/// <summary>The names of the steps of a language.</summary>
public static class LanguageSteps
{
    /// <summary>The step that compiles, where a language has one.</summary>
    public const string Compile = "compile";

    /// <summary>The step that runs the code.</summary>
    public const string Run = "run";
}
