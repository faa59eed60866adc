namespace Caisson.Linux.Seccomp;

/// <summary>What a filter answers.</summary>
internal static class SeccompAction
{
    public const uint KillProcess = 0x80000000;
    public const uint Allow = 0x7fff0000;
    public const uint NotPermitted = 0x00050000 | 1;
    public const uint NoSuchCall = 0x00050000 | 38;
    public const uint NoSuchProtocol = 0x00050000 | 93;
    public const uint NoSuchFamily = 0x00050000 | 97;
}
