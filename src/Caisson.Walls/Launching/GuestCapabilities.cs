namespace Caisson.Walls.Launching;

/// <summary>What root inside keeps, over the sandbox's own ids only; the guest alone has the right to drop more.</summary>
internal static class GuestCapabilities
{
    public static IReadOnlyList<string> Names { get; } =
        ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_SYS_CHROOT", "CAP_SETFCAP"];
}
