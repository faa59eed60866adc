namespace Caisson.Client.Wire;

internal sealed record TerminalBody(int Columns, int Rows);
