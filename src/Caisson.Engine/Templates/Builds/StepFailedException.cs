namespace Caisson.Engine.Templates.Builds;

/// <summary>A build ended at a step.</summary>
internal sealed class StepFailedException(string step, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary><c>base</c>, the number of the step, counted from 1, or <c>finalize</c>.</summary>
    public string Step => step;
}
