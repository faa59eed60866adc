using Caisson.Core.Failures;

namespace Caisson.Engine.Templates;

/// <summary>How a template is named: <c>[tenant/]name[:tag]</c> or <c>id[:tag]</c>, in lower case.</summary>
/// <param name="Tenant">Whose it is, or null for the caller's own.</param>
/// <param name="Name">Its name or id.</param>
/// <param name="Tag">Which build, or null where none is named.</param>
public sealed record TemplateReference(string? Tenant, string Name, string? Tag)
{
    /// <summary>The tag of a reference that names none.</summary>
    public const string DefaultTag = "default";

    private const int Longest = 128;

    /// <summary>Takes a reference apart; whether there is such a template is another question.</summary>
    public static TemplateReference Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var rest = text[(slash + 1)..].ToLowerInvariant();
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        return new TemplateReference(slash < 0 ? null : text[..slash], colon < 0 ? rest : rest[..colon], colon < 0 ? null : rest[(colon + 1)..]);
    }

    /// <summary>Refuses what cannot be the name of a template.</summary>
    public static string CheckedName(string name) => IsWord(name, "-_")
        ? name
        : throw new CaissonException(ErrorCode.InvalidArgument, $"a template's name is 1 to {Longest} of a-z, 0-9, '-' and '_'");

    /// <summary>Refuses what cannot be a tag.</summary>
    public static string CheckedTag(string tag) => IsWord(tag, "-_.")
        ? tag
        : throw new CaissonException(ErrorCode.InvalidArgument, $"a template's tag is 1 to {Longest} of a-z, 0-9, '-', '_' and '.'");

    private static bool IsWord(string text, string marks) =>
        text.Length is > 0 and <= Longest && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || marks.Contains(c, StringComparison.Ordinal));
}
