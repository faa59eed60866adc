using Caisson.Core.Sandboxes;

namespace Caisson.Client;

/// <summary>What a sandbox is at one moment, as the server tells it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Template">Its template.</param>
/// <param name="Wall">The wall it runs behind.</param>
/// <param name="StartedAt">When it became ready.</param>
/// <param name="EndsAt">When its timeout ends it, or null.</param>
/// <param name="Resources">Its upper bounds.</param>
/// <param name="Metadata">Its labels.</param>
/// <param name="Domain">The name, with its port, below which its ports are reached.</param>
public sealed record SandboxDescription(
    string Id, SandboxState State, string Template, string Wall, DateTimeOffset StartedAt, DateTimeOffset? EndsAt,
    Resources Resources, IReadOnlyDictionary<string, string> Metadata, string Domain);
