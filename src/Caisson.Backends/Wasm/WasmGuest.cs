using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Backends.Wasm;

/// <summary>The control door of a WebAssembly sandbox: commands are the worker's, files those of the wall around.</summary>
internal sealed class WasmGuest(IGuest around, WorkerDoor door, Trees trees, ModuleStore modules) : IGuest
{
    private const string FuelVariable = "CAISSON_WASM_FUEL";
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>(StringComparer.Ordinal);

    public Task Closed => around.Closed;

    public IGuestFiles Files { get; } = new WasmFiles(around.Files, trees);

    public Task ConfigureAsync(GuestConfiguration configuration, CancellationToken cancellation)
    {
        _environment = configuration.Environment;
        return door.ConfigureAsync(configuration, cancellation);
    }

    public async Task<IExecution> StartAsync(ExecRequest request, CancellationToken cancellation)
    {
        if (request.Terminal is not null)
            throw Refusals.Terminal();
        if (request.User is not (null or "" or "user"))
            throw Refusals.User(request.User);
        var language = LanguageModule.Of(request.Command);
        if (language is null && !request.Command.EndsWith(".wasm", StringComparison.Ordinal))
            throw Refusals.Program(request.Command);
        if (language is not null)
            await modules.EnsureAsync(language, request.Environment.ContainsKey(FuelVariable) || _environment.ContainsKey(FuelVariable), cancellation).ConfigureAwait(false);
        var worker = await door.OpenAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Wrap(await worker.StartAsync(request with { User = null }, cancellation).ConfigureAwait(false));
        }
        catch (CaissonException lost) when (lost.Code == ErrorCode.Unavailable && !around.Closed.IsCompleted && worker.Closed.IsCompleted)
        {
            // Found dead. Nothing of the command can have been told yet, but it may have run: it is not run twice.
            var (_, reason) = await door.DeathAsync(cancellation).ConfigureAwait(false);
            throw new CaissonException(ErrorCode.Unavailable, $"the WebAssembly worker ended: {reason}", "Run the command again; another worker is started for it.", inner: lost);
        }
    }

    public async Task<IExecution> AttachAsync(ProcessSelector process, long? fromOffset, CancellationToken cancellation) =>
        Wrap(await (await door.OpenAsync(cancellation).ConfigureAwait(false)).AttachAsync(process, fromOffset, cancellation).ConfigureAwait(false));

    public async Task<IReadOnlyList<ProcessInfo>> ListAsync(CancellationToken cancellation) =>
        await (await door.OpenAsync(cancellation).ConfigureAwait(false)).ListAsync(cancellation).ConfigureAwait(false);

    public async Task WriteInputAsync(ProcessSelector process, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        await (await door.OpenAsync(cancellation).ConfigureAwait(false)).WriteInputAsync(process, data, cancellation).ConfigureAwait(false);

    public async Task CloseInputAsync(ProcessSelector process, CancellationToken cancellation) =>
        await (await door.OpenAsync(cancellation).ConfigureAwait(false)).CloseInputAsync(process, cancellation).ConfigureAwait(false);

    public async Task SignalAsync(ProcessSelector process, int signal, bool group, CancellationToken cancellation) =>
        await (await door.OpenAsync(cancellation).ConfigureAwait(false)).SignalAsync(process, signal, group, cancellation).ConfigureAwait(false);

    public Task ResizeAsync(ProcessSelector process, TerminalSize size, CancellationToken cancellation) => throw Refusals.Terminal();

    public Task<GuestStatistics> StatisticsAsync(CancellationToken cancellation) => around.StatisticsAsync(cancellation);

    public ValueTask DisposeAsync() => door.DisposeAsync();

    private WasmExecution Wrap(IExecution execution) => new(execution, door, around.Closed);
}
