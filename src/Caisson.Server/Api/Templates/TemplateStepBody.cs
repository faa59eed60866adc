namespace Caisson.Server.Api.Templates;

/// <summary>One step; exactly one of <c>run</c>, <c>exec</c>, <c>copy</c>, <c>environment</c>, <c>directory</c> and <c>asUser</c> is given.</summary>
internal sealed record TemplateStepBody
{
    /// <summary>A shell command that must succeed.</summary>
    public string? Run { get; set; }

    /// <summary>A program and its arguments, which must succeed.</summary>
    public List<string>? Exec { get; set; }

    /// <summary>Files to copy.</summary>
    public CopyBody? Copy { get; set; }

    /// <summary>Variables of everything after.</summary>
    public Dictionary<string, string>? Environment { get; set; }

    /// <summary>The directory of everything after; it is made.</summary>
    public string? Directory { get; set; }

    /// <summary>The user of everything after.</summary>
    public string? AsUser { get; set; }

    /// <summary>Who runs this command, or null for the user so far.</summary>
    public string? User { get; set; }

    /// <summary>Whether it is run even where its result is remembered.</summary>
    public bool Force { get; set; }
}
