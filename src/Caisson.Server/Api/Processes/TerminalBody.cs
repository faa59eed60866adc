namespace Caisson.Server.Api.Processes;

/// <summary>A terminal's size.</summary>
/// <param name="Columns">Character cells in a row.</param>
/// <param name="Rows">Rows.</param>
internal sealed record TerminalBody(int Columns, int Rows);
