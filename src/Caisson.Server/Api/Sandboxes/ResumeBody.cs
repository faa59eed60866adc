namespace Caisson.Server.Api.Sandboxes;

/// <summary>How a sandbox is resumed.</summary>
/// <param name="TimeoutSeconds">How long it is to live; as long as it was first given when left out.</param>
/// <param name="Memory">False to give up what processes it has and start it anew on its files.</param>
internal sealed record ResumeBody(int? TimeoutSeconds = null, bool Memory = true);
