using Caisson.Core.Guests;

namespace Caisson.Wasm.Worker.Runs;

/// <summary>Takes what a run writes; may wait as long as the run is not stopped.</summary>
internal interface IRunOutput
{
    /// <summary>Takes bytes.</summary>
    void Write(OutputStream stream, ReadOnlySpan<byte> bytes);
}
