namespace Caisson.Core.Volumes;

/// <summary>Owner and permission bits; what is null stays as it is, or is the default of something new.</summary>
/// <param name="User">Owner, 0 to 65535.</param>
/// <param name="Group">Group, 0 to 65535.</param>
/// <param name="Mode">Permission bits, at most 1777 octal: a volume has no set-user-id programs.</param>
public sealed record VolumeAttributes(uint? User = null, uint? Group = null, int? Mode = null)
{
    /// <summary>The owner and group of what is made without naming any: the sandboxes' ordinary user.</summary>
    public const uint DefaultOwner = 1000;
}
