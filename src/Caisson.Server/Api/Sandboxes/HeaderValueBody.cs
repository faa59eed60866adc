using System.Text.Json.Serialization;

namespace Caisson.Server.Api.Sandboxes;

/// <summary>A header's value: text, or a secret's name with text before it.</summary>
/// <param name="Text">The text, or null.</param>
/// <param name="Secret">The secret's name, or null.</param>
/// <param name="Prefix">What goes before the secret, such as <c>Bearer </c> with its space.</param>
[JsonConverter(typeof(HeaderValueConverter))]
internal sealed record HeaderValueBody(string? Text, string? Secret = null, string? Prefix = null);
