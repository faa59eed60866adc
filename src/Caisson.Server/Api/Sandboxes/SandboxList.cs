namespace Caisson.Server.Api.Sandboxes;

/// <summary>One page of sandboxes.</summary>
/// <param name="Items">The sandboxes, newest first unless asked otherwise.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page, or null on the last.</param>
/// <param name="TotalRunning">How many running sandboxes match, over all pages.</param>
internal sealed record SandboxList(IReadOnlyList<SandboxBody> Items, string? Next, int TotalRunning);
