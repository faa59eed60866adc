namespace Caisson.Interpreter.Zygotes;

/// <summary>Executions that may share a zygote.</summary>
internal sealed record ZygoteKey(string Tenant, string Template, string? Wall, ZygoteKind Kind);
