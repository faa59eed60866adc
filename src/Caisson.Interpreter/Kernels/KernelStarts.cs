using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Languages;

namespace Caisson.Interpreter.Kernels;

/// <summary>Starts the kernels of one sandbox, and what they are forked from.</summary>
internal sealed class KernelStarts(ISandbox sandbox, InterpreterOptions options, TimeProvider time) : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string Socket = "caisson-kernels";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Kernel? _zygote;
    private bool _written;

    private IGuest Guest => sandbox.Guest;

    private bool IsFresh => sandbox.Info.Spec.Environment.TryGetValue(InterpreterOptions.FreshVariable, out var value) && value == "1";

    /// <summary>Whether kernels of a language are forked here.</summary>
    public bool Forks(Language language) => language.Zygote is not null && !IsFresh;

    /// <summary>Takes a zygote of a server before this one over.</summary>
    public void Adopt(Kernel zygote) => (_zygote, _written) = (zygote, true);

    /// <summary>Starts a kernel and waits until it is ready.</summary>
    public async Task<Kernel> StartAsync(ContextInfo info, bool spare, CancellationToken cancellation)
    {
        var language = LanguageCatalog.Find(info.Language);
        using var late = new CancellationTokenSource(options.StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        Kernel? kernel = null;
        try
        {
            await PrepareAsync(language, either.Token);
            IEnumerable<string> program = Forks(language)
                ? [KernelFiles.Resolve("python/enter.py"), info.WorkingDirectory, Socket]
                : [KernelFiles.Resolve("launch.py"), info.WorkingDirectory, .. language.Command.Select(KernelFiles.Resolve)];
            kernel = await Kernel.StartAsync(Guest, Request(["-I", "-S", .. program], ContextTag.Of(info, spare)), either.Token);
            await kernel.ReadyAsync(either.Token);
            return kernel;
        }
        catch (Exception error)
        {
            if (kernel is not null)
                await DiscardAsync(kernel);
            if (error is OperationCanceledException && late.IsCancellationRequested && !cancellation.IsCancellationRequested)
                throw new CaissonException(ErrorCode.DeadlineExceeded, $"the {language.Name} kernel was not ready within {options.StartLimit.TotalSeconds:0} s", "Try again; the sandbox may be short of processor time or memory.", FailureKind.Infrastructure, error);
            throw;
        }
    }

    /// <summary>Lets go of the zygote, which lives on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_zygote is { } zygote)
            await zygote.DisposeAsync();
    }

    private async Task PrepareAsync(Language language, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (!_written)
            {
                await KernelFiles.WriteAsync(Guest.Files, cancellation);
                _written = true;
            }

            await RequireAsync(language, cancellation);
            if (!Forks(language))
                return;
            if (_zygote is not { Exited.IsCompleted: false })
            {
                if (_zygote is { } dead)
                    await dead.DisposeAsync();
                _zygote = await Kernel.StartAsync(Guest, Request(["-s", KernelFiles.Resolve(language.Zygote!), Socket], ContextTag.Zygote), cancellation);
            }

            await _zygote.ReadyAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RequireAsync(Language language, CancellationToken cancellation)
    {
        foreach (var (path, package) in language.Packages)
        {
            try
            {
                await Guest.Files.StatAsync(path, "root", cancellation);
            }
            catch (CaissonException missing) when (missing.Code is ErrorCode.NotFound)
            {
                throw new CaissonException(ErrorCode.Unsupported, $"contexts of {language.Name} need {path}, which this sandbox lacks", $"Install the package {package} on the host.", inner: missing);
            }
        }
    }

    private async Task DiscardAsync(Kernel kernel)
    {
        using var late = new CancellationTokenSource(options.InterruptLimit, time);
        try
        {
            await kernel.KillAsync(late.Token);
        }
        catch (Exception error) when (error is CaissonException or OperationCanceledException)
        {
            // Gone already, or with its sandbox.
        }

        await kernel.DisposeAsync();
    }

    private static ExecRequest Request(IReadOnlyList<string> arguments, string tag) =>
        new() { Command = Python, Arguments = arguments, Input = true, Tag = tag, WorkingDirectory = "/", Journaled = false };
}
