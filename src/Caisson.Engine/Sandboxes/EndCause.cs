namespace Caisson.Engine.Sandboxes;

/// <summary>Why a sandbox ends.</summary>
internal enum EndCause
{
    /// <summary>Somebody asked for it.</summary>
    Killed,

    /// <summary>Its timeout ran out.</summary>
    Expired,

    /// <summary>The wall or the guest went away by itself.</summary>
    Died,

    /// <summary>The server shuts down and takes its sandboxes with it.</summary>
    Shutdown,
}
