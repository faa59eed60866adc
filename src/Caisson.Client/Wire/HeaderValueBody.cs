using System.Text.Json.Serialization;
using Caisson.Core.Failures;

namespace Caisson.Client.Wire;

/// <summary>A header's value as the server takes it: text, or a secret's name with text before it.</summary>
[JsonConverter(typeof(HeaderValueConverter))]
internal sealed record HeaderValueBody(string? Text, string? Secret, string? Prefix)
{
    private const string Start = "${secret:";

    public static HeaderValueBody OfSecret(string text)
    {
        var at = text.IndexOf(Start, StringComparison.Ordinal);
        return at >= 0 && text.EndsWith('}') && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1
            ? new HeaderValueBody(null, text[(at + Start.Length)..^1], at == 0 ? null : text[..at])
            : throw new CaissonException(ErrorCode.InvalidArgument, "A header with a secret is text and then ${secret:NAME}.");
    }
}
