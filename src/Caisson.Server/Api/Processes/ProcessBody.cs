namespace Caisson.Server.Api.Processes;

/// <summary>One live process.</summary>
/// <param name="Pid">Its pid inside.</param>
/// <param name="Tag">The name it was given, or null.</param>
/// <param name="Command">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Cwd">Its working directory, or null for the default.</param>
internal sealed record ProcessBody(int Pid, string? Tag, string Command, IReadOnlyList<string> Arguments, string? Cwd);
