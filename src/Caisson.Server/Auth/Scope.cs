namespace Caisson.Server.Auth;

/// <summary>What an API key may do.</summary>
[Flags]
internal enum Scope
{
    None = 0,

    /// <summary>Look at sandboxes, their timelines and metrics.</summary>
    Read = 1,

    /// <summary>Create, change and end sandboxes, and run programs in them.</summary>
    Exec = 2,

    /// <summary>Read and write files inside.</summary>
    Files = 4,

    /// <summary>Administer the server.</summary>
    Administer = 8,

    /// <summary>Everything.</summary>
    Admin = Read | Exec | Files | Administer,
}
