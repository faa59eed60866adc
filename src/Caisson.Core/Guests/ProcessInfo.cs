namespace Caisson.Core.Guests;

/// <summary>One live process that was started through the control door.</summary>
public sealed record ProcessInfo(
    int Pid,
    string? Tag,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string? WorkingDirectory);
