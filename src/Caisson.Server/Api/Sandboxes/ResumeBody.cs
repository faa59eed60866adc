namespace Caisson.Server.Api.Sandboxes;

/// <summary>How long a resumed sandbox is to live; as long as it was first given when left out.</summary>
internal sealed record ResumeBody(int? TimeoutSeconds = null);
