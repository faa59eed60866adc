using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Languages;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter;

/// <summary>The contexts of one sandbox; a default one for each language, two of them there from the beginning, and one Python kernel ready in advance.</summary>
internal sealed class SandboxInterpreter : ISandboxInterpreter, IAsyncDisposable
{
    private readonly ISandbox _sandbox;
    private readonly InterpreterOptions _options;
    private readonly TimeProvider _time;
    private readonly KernelStarts _starts;
    private readonly SpareKernel _spare;
    private readonly Lock _gate = new();
    private readonly List<CodeContext> _contexts = [];
    private readonly Dictionary<string, CodeContext> _defaults = new(StringComparer.Ordinal);
    private readonly Task _found;

    public SandboxInterpreter(ISandbox sandbox, InterpreterOptions options, TimeProvider time)
    {
        (_sandbox, _options, _time) = (sandbox, options, time);
        _starts = new KernelStarts(sandbox, options, time);
        _spare = new SpareKernel(_starts, options);
        _found = FindAsync();
    }

    /// <inheritdoc/>
    public async Task<ContextInfo> CreateAsync(string? language, string? workingDirectory, CancellationToken cancellation)
    {
        var known = LanguageCatalog.Find(language);
        await _found.WaitAsync(cancellation);
        var directory = await DirectoryAsync(workingDirectory, cancellation);
        var context = Add(new ContextInfo(Guid.NewGuid().ToString("D"), known.Name, directory));
        try
        {
            await context.StartAsync(cancellation);
            return context.Info;
        }
        catch
        {
            Forget(context);
            await context.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContextInfo>> ListAsync(CancellationToken cancellation)
    {
        await _found.WaitAsync(cancellation);
        lock (_gate)
            return [.. _contexts.Select(context => context.Info)];
    }

    /// <inheritdoc/>
    public async Task RestartAsync(string id, CancellationToken cancellation) => await (await GetAsync(id, cancellation)).RestartAsync(cancellation);

    /// <inheritdoc/>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        var context = await GetAsync(id, cancellation);
        Forget(context);
        await context.RemoveAsync(cancellation);
        await context.DisposeAsync();
    }

    /// <inheritdoc/>
    public async Task<IRun> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        var context = request.ContextId is { } id ? await GetAsync(id, cancellation) : await DefaultAsync(LanguageCatalog.Find(request.Language), cancellation);
        return await context.RunAsync(request, cancellation);
    }

    /// <summary>Lets go of every kernel; they live on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _found.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _spare.DisposeAsync();
        foreach (var context in _contexts.ToArray())
            await context.DisposeAsync();
        await _starts.DisposeAsync();
    }

    private async Task FindAsync()
    {
        await Task.Yield();
        IReadOnlyList<ProcessInfo> processes = [];
        try
        {
            processes = await _sandbox.Guest.ListAsync(CancellationToken.None);
        }
        catch (CaissonException)
        {
            // It is ending; every call will say so.
        }

        foreach (var process in processes.Where(process => process.Tag is not null).OrderBy(process => process.Pid))
            await FindAgainAsync(process);
        foreach (var language in (string[])[LanguageCatalog.Default, "javascript"])
            Default(LanguageCatalog.Find(language));
        if (_starts.Forks(LanguageCatalog.Find(LanguageCatalog.Default)))
            _spare.Prepare();
    }

    private async Task FindAgainAsync(ProcessInfo process)
    {
        if (process.Tag == ContextTag.Zygote)
        {
            _starts.Adopt(await Kernel.AttachAsync(_sandbox.Guest, new ProcessSelector(process.Pid), CancellationToken.None));
            return;
        }

        if (ContextTag.Read(process.Tag) is not { } tag)
            return;
        var kernel = await Kernel.AttachAsync(_sandbox.Guest, new ProcessSelector(process.Pid), CancellationToken.None);
        using var late = new CancellationTokenSource(_options.InterruptLimit, _time);
        try
        {
            // Whoever asked for what runs there went with the server before this one.
            await kernel.InterruptAsync(late.Token);
            var answer = await kernel.PingAsync(late.Token);
            if (tag.Spare && answer.Adopted is null)
                throw new CaissonException(ErrorCode.NotFound, "it is nobody's context");
            var context = Add(answer is { Adopted: { } directory, Context: { } id } ? tag.Info with { Id = id, WorkingDirectory = directory } : tag.Info, kernel);
            _defaults.TryAdd(context.Info.Language, context);
        }
        catch (Exception error) when (error is CaissonException or OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(_options.InterruptLimit, _time);
            await ((Task)kernel.KillAsync(patience.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await kernel.DisposeAsync();
        }
    }

    private async Task<string> DirectoryAsync(string? asked, CancellationToken cancellation)
    {
        var directory = string.IsNullOrEmpty(asked) ? _options.WorkingDirectory : asked;
        try
        {
            var entry = await _sandbox.Guest.Files.StatAsync(directory, null, cancellation);
            return entry.Type == FileEntryType.Directory ? entry.Path : throw new CaissonException(ErrorCode.InvalidArgument, $"cwd '{directory}' is not a directory");
        }
        catch (CaissonException missing) when (missing.Code is ErrorCode.NotFound)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"cwd '{directory}' does not exist", "Make it first.", inner: missing);
        }
    }

    private async Task<CodeContext> DefaultAsync(Language language, CancellationToken cancellation)
    {
        await _found.WaitAsync(cancellation);
        return Default(language);
    }

    private CodeContext Default(Language language)
    {
        lock (_gate)
        {
            if (!_defaults.TryGetValue(language.Name, out var context))
                _defaults[language.Name] = context = Add(new ContextInfo(Guid.NewGuid().ToString("D"), language.Name, _options.WorkingDirectory));
            return context;
        }
    }

    private async Task<CodeContext> GetAsync(string id, CancellationToken cancellation)
    {
        await _found.WaitAsync(cancellation);
        lock (_gate)
            return _contexts.FirstOrDefault(context => context.Info.Id == id) ?? throw new CaissonException(ErrorCode.NotFound, $"Context {id} not found");
    }

    private CodeContext Add(ContextInfo info, Kernel? kernel = null)
    {
        var context = new CodeContext(info, kernel, StartAsync, _options, _time);
        lock (_gate)
        {
            if (_contexts.Count >= _options.MaxContexts)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"this sandbox has {_options.MaxContexts} contexts, which is all it may", "Remove one first.");
            _contexts.Add(context);
        }

        return context;
    }

    private void Forget(CodeContext context)
    {
        lock (_gate)
        {
            _contexts.Remove(context);
            if (_defaults.TryGetValue(context.Info.Language, out var known) && ReferenceEquals(known, context))
                _defaults.Remove(context.Info.Language);
        }
    }

    private async Task<Kernel> StartAsync(ContextInfo info, CancellationToken cancellation) =>
        await _spare.TakeAsync(info, cancellation) ?? await _starts.StartAsync(info, spare: false, cancellation);
}
