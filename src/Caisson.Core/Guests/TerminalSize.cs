namespace Caisson.Core.Guests;

/// <summary>A terminal's size in character cells.</summary>
public readonly record struct TerminalSize(ushort Columns, ushort Rows);
