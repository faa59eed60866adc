namespace Caisson.Wasm.Worker.Native;

/// <summary>The traps that are told apart here (<c>wasmtime_trap_code_enum</c>).</summary>
internal enum TrapCode : byte
{
    StackOverflow = 0,
    Interrupt = 10,
    OutOfFuel = 11,

    /// <summary>No trap of the code itself.</summary>
    None = 255,
}
