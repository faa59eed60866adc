using Caisson.Core.Failures;

namespace Caisson.Images.Store;

/// <summary>The name and tag under which an image is a template.</summary>
/// <param name="Name">1 to 128 of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.</param>
/// <param name="Tag">Likewise.</param>
public readonly record struct ImageName(string Name, string Tag)
{
    private const string DefaultTag = "default";
    private const int Longest = 128;

    /// <summary>Reads <c>NAME[:TAG]</c>.</summary>
    public static bool TryParse(string text, out ImageName name)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        name = colon < 0 ? new ImageName(text, DefaultTag) : new ImageName(text[..colon], text[(colon + 1)..]);
        return IsWord(name.Name) && IsWord(name.Tag);
    }

    /// <summary>Reads <c>NAME[:TAG]</c> or refuses it.</summary>
    public static ImageName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new CaissonException(ErrorCode.InvalidArgument, "a template's name is NAME or NAME:TAG, each 1 to 128 of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit");

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{Tag}";

    private static bool IsWord(string text) =>
        text.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
}
