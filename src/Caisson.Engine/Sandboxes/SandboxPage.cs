namespace Caisson.Engine.Sandboxes;

/// <summary>One page of a listing.</summary>
/// <param name="Items">The sandboxes, in order.</param>
/// <param name="Next">An opaque mark for the next page, or null on the last.</param>
/// <param name="TotalRunning">How many running sandboxes match, over all pages.</param>
public sealed record SandboxPage(IReadOnlyList<ISandbox> Items, string? Next, int TotalRunning);
