using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;

namespace Caisson.Engine.Tests.Fakes;

internal class FakeSandbox : IWalledSandbox, IFreezable, ILayered, IOutgoing
{
    private readonly FakeBackend _backend;
    private readonly string _id;
    private readonly string _directory;
    private readonly bool _detached;
    private readonly TaskCompletionSource<string> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _kills;

    public FakeSandbox(FakeBackend backend, string id, string directory, bool detached)
    {
        (_backend, _id, _directory, _detached) = (backend, id, directory, detached);
        Inside = new FakeGuest(() => _backend.OnConfigure?.Invoke(this) ?? Task.CompletedTask);
    }

    public FakeGuest Inside { get; }

    public IGuest Guest => Inside;

    public Task<string> Exited => _exited.Task;

    public EgressPolicy? Egress { get; private set; }

    public SandboxUsage Usage { get; set; } = new(TimeSpan.Zero, 100, 40, 1, 0);

    public int Kills => _kills;

    public bool Frozen { get; set; }

    public Exception? FreezeFails { get; set; }

    public Task? FreezeBarrier { get; set; }

    public bool HasProcesses { get; set; }

    public int OutgoingConnections { get; set; }

    public string Content { get; set; } = "files";

    public int Disposals { get; private set; }

    public int KillsThatFail { get; set; }

    public Task? KillBarrier { get; set; }

    public async Task FreezeAsync(CancellationToken cancellation)
    {
        if (FreezeBarrier is { } barrier)
            await barrier;
        if (FreezeFails is { } failure)
            throw failure;
        Frozen = true;
    }

    public Task ThawAsync(CancellationToken cancellation)
    {
        Frozen = false;
        return Task.CompletedTask;
    }

    public async Task<CapturedLayer> CaptureAsync(string path, bool leaveProcesses, CancellationToken cancellation)
    {
        if (HasProcesses && !leaveProcesses)
            throw new CaissonException(ErrorCode.Unsupported, "processes run");
        await File.WriteAllTextAsync(path, Content, cancellation);
        return new CapturedLayer(Content, Content.Length, TimeSpan.FromMilliseconds(1));
    }

    public void Die(string reason) => _exited.TrySetResult(reason);

    public Task PrepareEgressAsync(EgressPolicy policy, CancellationToken cancellation) => Task.CompletedTask;

    public void ApplyEgress(EgressPolicy policy) => Egress = policy;

    public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => Task.FromResult<Stream>(new MemoryStream());

    public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => Task.FromResult(Usage);

    public async Task KillAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _kills) <= KillsThatFail)
            throw new IOException("busy");
        if (KillBarrier is { } barrier)
            await barrier;
        await Task.Yield();
        _backend.Host.TryRemove(_id, out _);
        _backend.Requests.TryRemove(_id, out _);
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
        _exited.TrySetResult("killed");
    }

    public async ValueTask DisposeAsync()
    {
        Disposals++;
        if (!_detached)
            await KillAsync(CancellationToken.None);
    }
}
