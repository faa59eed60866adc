using Caisson.Core.Backends;

namespace Caisson.Backends.Wasm;

/// <summary>Asks the host what the WebAssembly wall needs.</summary>
internal static class WasmProbe
{
    private const string Remedy = "./caisson --build-only";

    public static async Task<BackendReport> RunAsync(WasmOptions options, ISandboxBackend around, CancellationToken cancellation)
    {
        List<HostCheck> checks =
        [
            Exists("worker", options.Program),
            Exists("wasmtime", Path.Combine(options.Worker, "libwasmtime.so")),
            .. LanguageModule.All.Select(language => Exists(language.Name, Path.Combine(options.Worker, $"{language.Name}.wasm"))),
        ];
        var report = await around.ProbeAsync(cancellation).ConfigureAwait(false);
        var missing = report.Checks.Where(check => check.State == HostCheckState.Missing).ToList();
        checks.Add(report.Usable
            ? new HostCheck("wall around", HostCheckState.Ok, $"the worker runs behind {around.Name}")
            : new HostCheck("wall around", HostCheckState.Missing, $"{around.Name} cannot be used: {string.Join("; ", missing.Select(check => check.Detail))}", missing.FirstOrDefault()?.Remedy));
        checks.AddRange(report.Checks.Where(check => check.State == HostCheckState.Degraded));
        return new BackendReport(checks.TrueForAll(check => check.State != HostCheckState.Missing), checks);
    }

    private static HostCheck Exists(string feature, string path) => File.Exists(path)
        ? new HostCheck(feature, HostCheckState.Ok, path)
        : new HostCheck(feature, HostCheckState.Missing, $"{path} is not there", Remedy);
}
