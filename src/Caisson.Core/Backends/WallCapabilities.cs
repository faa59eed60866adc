namespace Caisson.Core.Backends;

/// <summary>What sandboxes of a wall have beyond commands and files; what is not here is a typed refusal.</summary>
[Flags]
public enum WallCapabilities
{
    /// <summary>Commands and files alone.</summary>
    None = 0,

    /// <summary>Programs of any kind, which start others: shells, daemons, process trees.</summary>
    Programs = 1,

    /// <summary>Terminals.</summary>
    Terminals = 2,

    /// <summary>Root and other users beside the default one.</summary>
    Users = 4,

    /// <summary>Sockets: ports into it, and connections out of it.</summary>
    Sockets = 8,

    /// <summary>All of them.</summary>
    All = Programs | Terminals | Users | Sockets,
}
