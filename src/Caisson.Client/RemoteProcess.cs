namespace Caisson.Client;

/// <summary>One live process of a sandbox.</summary>
/// <param name="Pid">Its pid inside.</param>
/// <param name="Tag">The name it was given, or null.</param>
/// <param name="Command">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Cwd">Its working directory, or null for the default.</param>
public sealed record RemoteProcess(int Pid, string? Tag, string Command, IReadOnlyList<string> Arguments, string? Cwd);
