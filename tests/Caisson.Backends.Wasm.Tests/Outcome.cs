using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm.Tests;

/// <summary>What came of a command.</summary>
internal sealed record Outcome(string Output, string Error, ExecExited Exit);
