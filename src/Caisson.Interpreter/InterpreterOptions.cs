namespace Caisson.Interpreter;

/// <summary>How contexts of code are kept.</summary>
public sealed record InterpreterOptions
{
    /// <summary>The variable of a sandbox that, set to 1, starts each Python context afresh instead of forking it.</summary>
    public const string FreshVariable = "CAISSON_FRESH_CONTEXTS";

    /// <summary>The templates whose sandboxes have an interpreter, as have those of what was built or kept upon them.</summary>
    public IReadOnlyList<string> Templates { get; init; } = ["code-interpreter-v1"];

    /// <summary>The directory of contexts that name none.</summary>
    public string WorkingDirectory { get; init; } = "/home/user";

    /// <summary>How many contexts one sandbox may have.</summary>
    public int MaxContexts { get; init; } = 64;

    /// <summary>How many runs may wait for one context.</summary>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>How long a kernel may take to become ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long code may go on after it was interrupted before its context is ended.</summary>
    public TimeSpan InterruptLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after one interrupt the next is sent.</summary>
    public TimeSpan InterruptInterval { get; init; } = TimeSpan.FromSeconds(1);
}
