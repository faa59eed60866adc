namespace Caisson.Wasm.Worker.Native;

/// <summary>An instance in a store (<c>wasmtime_instance_t</c>).</summary>
internal struct Instance
{
    public ulong Store;
    public nuint Index;
}
