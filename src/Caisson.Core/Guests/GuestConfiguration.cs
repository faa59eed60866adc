namespace Caisson.Core.Guests;

/// <summary>What the guest gives to every process it starts.</summary>
/// <param name="Environment">Variables, under a request's own.</param>
/// <param name="DefaultUser">The user of requests that name none.</param>
/// <param name="WorkingDirectory">The directory of requests that name none, or null for the user's home.</param>
/// <param name="HostName">The host name shown inside.</param>
public sealed record GuestConfiguration(
    IReadOnlyDictionary<string, string> Environment,
    string DefaultUser,
    string? WorkingDirectory = null,
    string? HostName = null);
