namespace Caisson.Guest.Users;

/// <summary>One user of the sandbox.</summary>
internal sealed record UserAccount(string Name, uint Uid, uint Gid, string Home, string Shell, IReadOnlyList<uint> Groups);
