using Caisson.Core.Failures;

namespace Caisson.Engine.Secrets;

/// <summary>What secrets may be called and hold.</summary>
internal static class SecretRules
{
    private const int LongestName = 128;
    private const int LongestValue = 8192;
    private const int MostLabels = 64;
    private const int LongestLabel = 1024;

    /// <summary>A name as it is kept; refuses one that could not be written into a policy.</summary>
    public static string Name(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name.ToLowerInvariant()
        : throw Bad($"a secret's name is 1 to {LongestName} of a-z, 0-9, '-', '_' and '.'");

    /// <summary>Refuses a value that no header could carry.</summary>
    public static void RequireCarried(string value)
    {
        if (value.Length is 0 or > LongestValue || value.Any(c => c is < ' ' or > '~'))
            throw Bad($"a secret's value is 1 to {LongestValue} printable ASCII characters on one line");
    }

    /// <summary>Refuses labels without bound.</summary>
    public static void RequireBounded(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
            return;
        if (metadata.Count > MostLabels || metadata.Any(label => label.Key.Length is 0 or > LongestLabel || label.Value is null || label.Value.Length > LongestLabel))
            throw Bad($"a secret has at most {MostLabels} labels of {LongestLabel} characters");
    }

    private static CaissonException Bad(string message) => new(ErrorCode.InvalidArgument, message);
}
