namespace Caisson.Client;

/// <summary>One page of sandboxes.</summary>
/// <param name="Items">The sandboxes.</param>
/// <param name="Next">What asks for the next page, or null on the last.</param>
/// <param name="TotalRunning">How many run, over all pages.</param>
public sealed record SandboxListing(IReadOnlyList<SandboxDescription> Items, string? Next, int TotalRunning);
