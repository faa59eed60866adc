namespace Caisson.Dialects.E2b.Secrets.Wire;

internal sealed class NewSecret
{
    public string? Name { get; set; }

    public string? Value { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }
}
