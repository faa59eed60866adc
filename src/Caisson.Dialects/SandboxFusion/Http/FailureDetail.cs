namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>The body of a 400 or 500; the traceback is never ours to show.</summary>
internal sealed record FailureDetail(string Detail, IReadOnlyList<string>? Traceback = null);
