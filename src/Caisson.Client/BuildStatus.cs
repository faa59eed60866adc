namespace Caisson.Client;

/// <summary>A build of a template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Template">The template's id.</param>
/// <param name="Name">The template's name.</param>
/// <param name="State">Where it is.</param>
/// <param name="Tags">The tags it gets once it is ready.</param>
/// <param name="FailedStep">Where it failed: <c>base</c>, the number of the step, or <c>finalize</c>; null where it did not.</param>
/// <param name="Message">Why it failed, or null.</param>
public sealed record BuildStatus(string Id, string Template, string Name, BuildState State, IReadOnlyList<string> Tags, string? FailedStep, string? Message);
