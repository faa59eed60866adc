namespace Caisson.Linux.Seccomp;

/// <summary>Offsets into <c>struct seccomp_data</c>, which is all that a filter sees of a call.</summary>
internal static class SeccompData
{
    public const uint Number = 0;
    public const uint Architecture = 4;

    /// <summary>The low half of an argument: the whole of one that the kernel takes as an int.</summary>
    public static uint LowArgument(uint index) => 16 + (index * 8);
}
