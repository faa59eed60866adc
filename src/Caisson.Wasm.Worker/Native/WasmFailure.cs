namespace Caisson.Wasm.Worker.Native;

/// <summary>The library refused something: its own words.</summary>
internal sealed class WasmFailure(string message) : Exception(message)
{
    /// <summary>Takes over an error, or does nothing for none.</summary>
    public static void Check(nint error)
    {
        if (error != 0)
            throw new WasmFailure(Wasmtime.TakeMessage(error));
    }
}
