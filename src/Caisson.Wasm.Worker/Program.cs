using Caisson.Core.Failures;
using Caisson.Wasm.Worker;
using Caisson.Wasm.Worker.Commands;
using Caisson.Wasm.Worker.Control;
using Caisson.Wasm.Worker.Modules;
using Caisson.Wasm.Worker.Native;

// compile MODULE CODE [--fuel]   translates a module into machine code of this host
// check CODE [--fuel]            tells whether this host can load it
// serve OPTIONS                  runs modules as commands, for hosts that connect
try
{
    switch (args)
    {
        case ["compile", var module, var code, .. var rest]:
            using (var runtime = new WasmRuntime(new RuntimeLimits(1, RuntimeLimits.MostMemory), rest is ["--fuel"], null))
                File.WriteAllBytes(code, CompiledModule.Serialize(runtime, File.ReadAllBytes(module)));
            return 0;
        case ["check", var code, .. var rest]:
            using (var runtime = new WasmRuntime(new RuntimeLimits(1, RuntimeLimits.MostMemory), rest is ["--fuel"], null))
                CompiledModule.Load(runtime, code).Dispose();
            return 0;
        case ["serve", .. var options]:
            await ServeAsync(WorkerSettings.Parse(options));
            return 0;
        default:
            await Console.Error.WriteLineAsync("usage: caisson-wasm-worker compile MODULE CODE [--fuel] | check CODE [--fuel] | serve OPTIONS");
            return 2;
    }
}
catch (Exception e) when (e is WasmFailure or CaissonException or IOException or UnauthorizedAccessException or ArgumentException or FormatException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

static async Task ServeAsync(WorkerSettings settings)
{
    using var programs = new Programs(settings, TimeProvider.System);
    using var door = new ControlDoor(settings.Port, new Calls(new CommandTable(settings, programs, TimeProvider.System)));
    door.Open();
    // Whoever started us waits for this line.
    Console.WriteLine("ready");
    try
    {
        programs.WarmUp();
    }
    catch (CaissonException e)
    {
        // Whoever asks for the language is told; the others go on.
        await Console.Error.WriteLineAsync(e.Message);
    }

    await door.ServeAsync();
}
