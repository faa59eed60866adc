using Caisson.Dialects.SweRex.Files;
using Caisson.Dialects.SweRex.Http;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates;
using Microsoft.Extensions.Logging;

namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>The sandboxes of this dialect by their names: started when first asked for, found again by their labels.</summary>
internal sealed class NamedSandboxes(ISandboxEngine engine, ITemplateEngine templates, SweRexOptions options, TimeProvider time, ILogger<NamedSandboxes> logger) : IAsyncDisposable
{
    // Names whose sandboxes have ended, of which nobody has been told yet; the oldest are forgotten first.
    private const int MaxOver = 1024;

    // A larger answer is not kept, and its request done again if it comes again.
    private const int MaxKept = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<SandboxAddress, NamedSandbox> _byAddress = [];
    private readonly Queue<NamedSandbox> _over = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SandboxSource _source = new(engine, templates, options);

    /// <summary>Bounds the uploads under way.</summary>
    public UploadPlaces Uploads { get; } = new(options.Uploads, time);

    /// <summary>The sandbox of an address, started if there is none; fails once where the one before has ended unasked, unless <paramref name="afresh"/>.</summary>
    public async Task<NamedSandbox> UseAsync(SandboxAddress address, CancellationToken cancellation, bool afresh = false)
    {
        while (true)
        {
            var named = GetOrStart(address);
            if (named.Closing is { } closing)
            {
                await closing.WaitAsync(cancellation);
                Forget(named);
                continue;
            }

            if (named.Over is { } over)
            {
                Forget(named);
                if (!afresh || over is not RaisedFailure)
                    throw over;
                continue;
            }

            await ReadyAsync(named, cancellation);
            return named;
        }
    }

    /// <summary>The sandbox of an address, if it was used before and has not ended.</summary>
    public NamedSandbox? Find(SandboxAddress address)
    {
        lock (_gate)
            return _byAddress.GetValueOrDefault(address) is { Over: null, Closing: null } named ? named : null;
    }

    /// <summary>Ends the sandbox of an address; harmless where there is none.</summary>
    public async Task CloseAsync(SandboxAddress address, CancellationToken cancellation)
    {
        NamedSandbox? named;
        lock (_gate)
            named = _byAddress.GetValueOrDefault(address);
        if (named is null)
        {
            if (_source.Find(address) is { } left)
                await left.KillAsync(cancellation);
            return;
        }

        await named.CloseAsync().WaitAsync(cancellation);
        Forget(named);
    }

    /// <summary>What was answered to the request of that id, if it was the last one.</summary>
    public Answer? AnswerOf(SandboxAddress address, string id) => Find(address)?.LastAnswer is { } last && last.Id == id ? last.Answer : null;

    /// <summary>Keeps an answer until the next one.</summary>
    public void Remember(SandboxAddress address, string id, Answer answer)
    {
        if (Find(address) is { } named)
            named.LastAnswer = answer.Body.Length <= MaxKept ? (id, answer) : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        List<NamedSandbox> all;
        lock (_gate)
            all = [.. _byAddress.Values];
        foreach (var named in all)
            await named.DisposeAsync();
        _stopping.Dispose();
        Uploads.Dispose();
    }

    private async Task ReadyAsync(NamedSandbox named, CancellationToken cancellation)
    {
        try
        {
            await named.Ready.WaitAsync(cancellation);
        }
        catch when (named.Ready.IsFaulted)
        {
            Forget(named);
            throw;
        }

        await named.ExtendAsync(cancellation);
    }

    private NamedSandbox GetOrStart(SandboxAddress address)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            if (_byAddress.TryGetValue(address, out var known))
                return known;
            var named = new NamedSandbox(address, _source, options, time, logger, Ended);
            _byAddress[address] = named;
            named.Start(_stopping.Token);
            return named;
        }
    }

    private void Ended(NamedSandbox named)
    {
        lock (_gate)
        {
            _over.Enqueue(named);
            if (_over.Count > MaxOver)
                Remove(_over.Dequeue());
        }
    }

    private void Forget(NamedSandbox named)
    {
        lock (_gate)
            Remove(named);
    }

    private void Remove(NamedSandbox named)
    {
        if (_byAddress.TryGetValue(named.Address, out var current) && ReferenceEquals(current, named))
            _byAddress.Remove(named.Address);
    }
}
