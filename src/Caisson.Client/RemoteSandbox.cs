using Caisson.Client.Wire;
using Caisson.Core.Events;
using Caisson.Core.Guests;

namespace Caisson.Client;

/// <summary>One sandbox of a server; disposing it ends it.</summary>
public sealed class RemoteSandbox : IAsyncDisposable
{
    private static readonly TimeSpan _forkTimeout = TimeSpan.FromMinutes(5);
    private readonly Api _api;
    private readonly string _path;
    private bool _ended;

    internal RemoteSandbox(Api api, SandboxDescription description, string? trafficToken)
    {
        _api = api;
        _path = Api.Sandbox(description.Id);
        Description = description;
        TrafficToken = trafficToken;
        Files = new RemoteFiles(api, _path);
    }

    /// <summary>Its id.</summary>
    public string Id => Description.Id;

    /// <summary>What it was when this object was made.</summary>
    public SandboxDescription Description { get; }

    /// <summary>What requests to its ports must carry in <c>e2b-traffic-access-token</c> when they are private; known to its creator alone.</summary>
    public string? TrafficToken { get; }

    /// <summary>Files inside.</summary>
    public RemoteFiles Files { get; }

    /// <summary>Runs a shell command to its end.</summary>
    public Task<ExecResult> ExecAsync(string shellCommand, CancellationToken cancellation = default) =>
        ExecAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", shellCommand] }, null, cancellation);

    /// <summary>Runs a program to its end, <paramref name="stdin"/> being its input; cancelling kills it.</summary>
    public Task<ExecResult> ExecAsync(ExecRequest request, string? stdin = null, CancellationToken cancellation = default)
    {
        var body = ExecBody.Of(request) with { Stdin = stdin, Input = false };
        return _api.SendAsync(HttpMethod.Post, _path + "/exec", body, ClientJson.Default.ExecBody, ClientJson.Default.ExecResult, cancellation);
    }

    /// <summary>Starts a program whose output is streamed; it lives on when the execution is disposed.</summary>
    public async Task<RemoteExecution> StartAsync(ExecRequest request, CancellationToken cancellation = default)
    {
        var message = Api.Message(HttpMethod.Post, _path + "/exec", ExecBody.Of(request), ClientJson.Default.ExecBody);
        return await RemoteExecution.OpenAsync(_api, _path, message, cancellation);
    }

    /// <summary>Streams the output of a process from an offset: 0 for all that is kept, null for from now on.</summary>
    public Task<RemoteExecution> AttachAsync(int pid, long? offset = 0, CancellationToken cancellation = default)
    {
        var query = offset is null ? "" : FormattableString.Invariant($"?offset={offset}");
        return RemoteExecution.OpenAsync(_api, _path, new HttpRequestMessage(HttpMethod.Get, $"{_path}/processes/{pid}/output{query}"), cancellation);
    }

    /// <summary>The live processes that were started through the API.</summary>
    public async Task<IReadOnlyList<RemoteProcess>> ListProcessesAsync(CancellationToken cancellation = default) =>
        (await _api.GetAsync(_path + "/processes", ClientJson.Default.ProcessesBody, cancellation)).Items;

    /// <summary>At most 1000 entries of its timeline after an entry number, oldest first.</summary>
    public async Task<IReadOnlyList<SandboxEvent>> ReadTimelineAsync(long after = 0, CancellationToken cancellation = default)
    {
        var path = FormattableString.Invariant($"{_path}/timeline?after={after}&limit=1000");
        return (await _api.GetAsync(path, ClientJson.Default.TimelineBody, cancellation)).Entries;
    }

    /// <summary>Moves its end to this long from now.</summary>
    public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation = default) =>
        _api.SendAsync(
            HttpMethod.Post, _path + "/timeout", new TimeoutBody((int)Math.Ceiling(timeout.TotalSeconds)), ClientJson.Default.TimeoutBody, cancellation);

    /// <summary>Stops every process where it stands, or, without memory, ends every process and keeps the files.</summary>
    public Task PauseAsync(bool keepMemory = true, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Post, _path + "/pause", new PauseBody(keepMemory), ClientJson.Default.PauseBody, cancellation);

    /// <summary>Lets it go on after a pause, with this long to live or as long as it was first given; without memory it starts anew on its files.</summary>
    public Task ResumeAsync(TimeSpan? timeout = null, bool keepMemory = true, CancellationToken cancellation = default)
    {
        var seconds = timeout is { } given ? (int)Math.Ceiling(given.TotalSeconds) : (int?)null;
        return _api.SendAsync(HttpMethod.Post, _path + "/resume", new ResumeBody(seconds, keepMemory), ClientJson.Default.ResumeBody, cancellation);
    }

    /// <summary>Keeps its files as a snapshot, replacing the one of that name and tag; where processes run, say by <paramref name="filesOnly"/> that files are enough.</summary>
    public Task<SnapshotDescription> SnapshotAsync(string? name = null, string tag = "default", bool filesOnly = false, CancellationToken cancellation = default) => _api.SendAsync(
        HttpMethod.Post, _path + "/snapshots", new CreateSnapshotBody(name, tag, !filesOnly), ClientJson.Default.CreateSnapshotBody, ClientJson.Default.SnapshotDescription, cancellation);

    /// <summary>Starts sandboxes from what its files are now, each to live this long; where processes run, say by <paramref name="filesOnly"/> that files are enough.</summary>
    public async Task<IReadOnlyList<RemoteFork>> ForkAsync(int count = 1, TimeSpan? timeout = null, bool filesOnly = false, CancellationToken cancellation = default)
    {
        var body = new CreateForksBody(count, (int)Math.Ceiling((timeout ?? _forkTimeout).TotalSeconds), !filesOnly);
        var forks = await _api.SendAsync(HttpMethod.Post, _path + "/fork", body, ClientJson.Default.CreateForksBody, ClientJson.Default.ForksBody, cancellation);
        return [.. forks.Items.Select(fork => new RemoteFork(fork.Sandbox is { } made ? new RemoteSandbox(_api, made.Sandbox, made.TrafficToken) : null, fork.Error))];
    }

    /// <summary>Replaces its egress policy.</summary>
    public Task SetEgressAsync(Core.Policy.EgressPolicy policy, CancellationToken cancellation = default) =>
        _api.SendAsync(HttpMethod.Put, _path + "/egress", EgressBody.Of(policy), ClientJson.Default.EgressBody, cancellation);

    /// <summary>Where a port listening inside is reached.</summary>
    public Uri GetPortUrl(int port) => new(FormattableString.Invariant($"{_api.Server.Scheme}://{port}-{Id}.{Description.Domain}/"));

    /// <summary>Ends it and everything in it.</summary>
    public async Task KillAsync(CancellationToken cancellation = default)
    {
        await _api.SendAsync(HttpMethod.Delete, _path, cancellation);
        _ended = true;
    }

    /// <summary>Ends it, if that was not done before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
            return;
        try
        {
            await KillAsync();
        }
        catch (Core.Failures.CaissonException gone) when (gone.Code == Core.Failures.ErrorCode.NotFound)
        {
            _ended = true;
        }
    }
}
