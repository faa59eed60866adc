namespace Caisson.Dialects.E2b.Routing;

/// <summary>One port of one sandbox.</summary>
internal readonly record struct SandboxAddress(string Id, int Port);
