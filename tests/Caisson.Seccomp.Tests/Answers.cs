namespace Caisson.Seccomp.Tests;

/// <summary>What a filter may answer, from the kernel's headers.</summary>
internal static class Answers
{
    public const uint Allow = 0x7fff0000;
    public const uint Kill = 0x80000000;
    public const uint EPERM = 0x00050001;
    public const uint ENOSYS = 0x00050026;
    public const uint EPROTONOSUPPORT = 0x0005005d;
    public const uint EAFNOSUPPORT = 0x00050061;
}
