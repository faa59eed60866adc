namespace Caisson.Backends.Oci.Runtimes;

/// <summary>The number in what a runtime says of its version.</summary>
internal static class RuntimeVersion
{
    /// <summary>Finds the first word that begins with a digit; what follows its digits and dots is a distribution's.</summary>
    public static bool TryParse(string text, out Version version)
    {
        var word = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(part => char.IsAsciiDigit(part[0])) ?? "";
        var digits = new string([.. word.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        var parsed = Version.TryParse(digits, out var found);
        version = found ?? new Version();
        return parsed;
    }
}
