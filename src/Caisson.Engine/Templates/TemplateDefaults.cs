namespace Caisson.Engine.Templates;

/// <summary>What a template gives to its sandboxes beside files.</summary>
public sealed record TemplateDefaults
{
    /// <summary>The template's name, or null where it has none of its own.</summary>
    public string? Name { get; init; }

    /// <summary>The template at the bottom of a sandbox that stands on captured layers; null where it is the one that the spec names.</summary>
    public string? Base { get; init; }

    /// <summary>Variables of every process, under those of the sandbox.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The directory of processes that name none, or null for the user's home.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The user of processes that name none, or null for the server's default.</summary>
    public string? User { get; init; }

    /// <summary>A shell command that is started in every new sandbox and lives on, or null.</summary>
    public string? StartCommand { get; init; }

    /// <summary>A shell command that succeeds once a new sandbox is ready to be handed out, or null.</summary>
    public string? ReadyCommand { get; init; }

    /// <summary>Nothing.</summary>
    public static TemplateDefaults None { get; } = new();

    /// <summary>Whether anything is run in a new sandbox before it is handed out.</summary>
    internal bool Runs => StartCommand is not null || ReadyCommand is not null;

    /// <summary>The variables of a sandbox: its own over the template's.</summary>
    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> own)
    {
        if (Environment.Count == 0)
            return own;
        var all = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (name, value) in own)
            all[name] = value;
        return all;
    }
}
