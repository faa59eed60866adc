namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A command for a session.</summary>
internal sealed record BashAction
{
    public required string Command { get; set; }

    public string Session { get; set; } = "default";

    /// <summary>Seconds it may take, or null for as long as the caller stays.</summary>
    public double? Timeout { get; set; }

    public bool IsInteractiveCommand { get; set; }

    public bool IsInteractiveQuit { get; set; }

    /// <summary><c>silent</c>, <c>raise</c> or <c>ignore</c>.</summary>
    public string Check { get; set; } = "raise";

    public string ErrorMsg { get; set; } = "";

    /// <summary>Patterns that end the waiting besides the prompt.</summary>
    public IReadOnlyList<string> Expect { get; set; } = [];
}
