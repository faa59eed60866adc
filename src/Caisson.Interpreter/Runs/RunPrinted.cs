using Caisson.Core.Guests;

namespace Caisson.Interpreter.Runs;

/// <summary>Something was printed.</summary>
/// <param name="Stream">Where.</param>
/// <param name="Text">What.</param>
public sealed record RunPrinted(OutputStream Stream, string Text) : RunEvent;
