using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>The sessions of one sandbox by name.</summary>
internal sealed class SessionTable(SweRexOptions options, TimeProvider time) : IAsyncDisposable
{
    private const int LongestName = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, BashSession?> _byName = new(StringComparer.Ordinal);
    private bool _over;

    /// <summary>Ends the sessions that an earlier server opened in a sandbox.</summary>
    public static async Task SweepAsync(IGuest guest, string user, TimeProvider time, CancellationToken cancellation)
    {
        foreach (var left in (await guest.ListAsync(cancellation)).Where(process => process.Tag?.StartsWith(Shell.Tag, StringComparison.Ordinal) == true))
            await TerminalSession.EndAsync(guest, user, left.Pid, Task.CompletedTask, time, cancellation);
    }

    /// <summary>Opens one; the text is what its startup files wrote.</summary>
    public async Task<string> OpenAsync(ISandbox sandbox, CreateSession request, CancellationToken cancellation)
    {
        Reserve(request.Session);
        BashSession? opened = null;
        try
        {
            var user = sandbox.Info.Defaults.User ?? options.User;
            (opened, var output) = await BashSession.OpenAsync(sandbox, request, user, options.SessionOutput, time, cancellation);
            return output;
        }
        finally
        {
            if (!Settle(request.Session, opened) && opened is not null)
                await opened.DisposeAsync();
        }
    }

    /// <summary>The session of that name.</summary>
    public BashSession Get(string name)
    {
        lock (_gate)
            return _byName.GetValueOrDefault(name) ?? throw RaisedFailure.NoSession(name);
    }

    /// <summary>Closes one and what runs in it.</summary>
    public async Task CloseAsync(string name)
    {
        BashSession session;
        lock (_gate)
        {
            session = _byName.GetValueOrDefault(name) ?? throw RaisedFailure.NoSession(name);
            _byName.Remove(name);
        }

        await session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        List<BashSession> all;
        lock (_gate)
        {
            _over = true;
            all = [.. _byName.Values.OfType<BashSession>()];
            _byName.Clear();
        }

        foreach (var session in all)
            await session.DisposeAsync();
    }

    // A name is taken from the moment that its shell starts.
    private void Reserve(string name)
    {
        if (name.Length > LongestName)
            throw RefusedException.Invalid("session", $"At most {LongestName} characters");
        lock (_gate)
        {
            if (_over)
                throw new CaissonException(ErrorCode.Unavailable, "the sandbox has ended");
            if (_byName.ContainsKey(name))
                throw RaisedFailure.SessionExists(name);
            if (_byName.Count >= options.MaxSessions)
                throw new RefusedException(429, $"A sandbox has at most {options.MaxSessions} sessions; close one.");
            _byName.Add(name, null);
        }
    }

    private bool Settle(string name, BashSession? session)
    {
        lock (_gate)
        {
            if (_over)
                return false;
            if (session is null)
                _byName.Remove(name);
            else
                _byName[name] = session;
            return true;
        }
    }
}
