namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>The body of a 422.</summary>
internal sealed record ValidationDetail(IReadOnlyList<FieldError> Detail);
