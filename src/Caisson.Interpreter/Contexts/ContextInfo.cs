namespace Caisson.Interpreter.Contexts;

/// <summary>One stateful session.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Language">The name of its language.</param>
/// <param name="WorkingDirectory">Where it started.</param>
public sealed record ContextInfo(string Id, string Language, string WorkingDirectory);
