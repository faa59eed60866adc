namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>What ended the waiting, and where it is in the text.</summary>
/// <param name="Index">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Pattern">The pattern as the client wrote it, or null for a prompt.</param>
/// <param name="Prompt">The prompt, or null for a pattern.</param>
internal readonly record struct Found(int Index, int Length, string? Pattern, Prompt? Prompt);
