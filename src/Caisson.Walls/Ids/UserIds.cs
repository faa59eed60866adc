namespace Caisson.Walls.Ids;

/// <summary>What the users inside are on the host.</summary>
internal enum UserIds
{
    /// <summary>A range of host ids of the sandbox's own, to which the owners of files are mapped.</summary>
    Range,

    /// <summary>Nobody: the wall has a kernel of its own, and writes files with the ids that they have inside.</summary>
    Own,
}
