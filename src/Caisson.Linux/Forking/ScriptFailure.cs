namespace Caisson.Linux.Forking;

/// <summary>Why a forked child gave up.</summary>
/// <param name="Step">The index of the failed step.</param>
/// <param name="Name">Its name.</param>
/// <param name="Error">The errno.</param>
public sealed record ScriptFailure(int Step, string Name, int Error);
