namespace Caisson.Cli.Terminals;

/// <summary>The standard streams as plain bytes; the console classes would edit lines and change the terminal's mode.</summary>
internal static class Descriptors
{
    /// <summary>Standard input, unbuffered.</summary>
    public static DescriptorStream Input() => new(0);

    /// <summary>Standard output, unbuffered.</summary>
    public static DescriptorStream Output() => new(1);

    /// <summary>Standard error, unbuffered.</summary>
    public static DescriptorStream Error() => new(2);
}
