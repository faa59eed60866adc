namespace Caisson.Server.Api.Processes;

/// <summary>A connection from inside that was refused while the program ran.</summary>
/// <param name="Host">The name or address asked for.</param>
/// <param name="Port">The port asked for.</param>
/// <param name="Rule">The rule that refused it.</param>
/// <param name="Remedy">How to be let through, or null.</param>
internal sealed record Denial(string Host, int Port, string Rule, string? Remedy);
