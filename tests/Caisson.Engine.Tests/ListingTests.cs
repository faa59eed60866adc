using Caisson.Core.Backends;
using Caisson.Core.Events;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using CsCheck;
using Xunit;

namespace Caisson.Engine.Tests;

public sealed class ListingTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<SandboxInfo> _infos =
        from second in Gen.Int[0, 5]
        from tenant in Any("a", "b")
        from template in Any("base", "other")
        from label in Any("x", "y")
        from state in Any(SandboxState.Running, SandboxState.Stopping)
        select new SandboxInfo(
            SandboxId.New(), tenant, new SandboxSpec { Template = template, Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = label } },
            "w", state, _start.AddSeconds(second), null, "", null);

    private static readonly Gen<SandboxQuery> _queries =
        from upward in Gen.Bool
        from limit in Gen.Int[1, 7]
        from template in Any<string?>(null, "base", "none")
        from label in Any<string?>(null, "x", "z")
        from running in Gen.Bool
        from after in Gen.Int[-1, 5]
        select new SandboxQuery
        {
            Ascending = upward,
            Limit = limit,
            Template = template,
            Metadata = label is null ? null : new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = label },
            States = running ? [SandboxState.Running] : null,
            StartedAfter = after < 0 ? null : _start.AddSeconds(after),
        };

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Fact]
    public void Pages_joined_are_the_whole_listing_in_order() =>
        Gen.Select(_infos.List[0, 40], _queries).Sample((infos, query) =>
        {
            var expected = infos.Where(info => info.Tenant == "a"
                && (query.Template is null || info.Spec.Template == query.Template)
                && (query.Metadata is null || info.Spec.Metadata["k"] == query.Metadata["k"])
                && (query.States is null || info.State == SandboxState.Running)
                && (query.StartedAfter is null || info.StartedAt > query.StartedAfter))
                .OrderBy(info => info.StartedAt).ThenBy(info => info.Id.Value, StringComparer.Ordinal).Select(info => info.Id).ToList();
            if (!query.Ascending)
                expected.Reverse();
            var running = infos.Count(info => expected.Contains(info.Id) && info.State == SandboxState.Running);
            var found = new List<SandboxId>();
            var sandboxes = infos.Select(info => new Listed(info)).ToList();
            for (var mark = (string?)null; ;)
            {
                var page = SandboxListing.Page(sandboxes, "a", query with { After = mark });
                Assert.Equal(running, page.TotalRunning);
                Assert.InRange(page.Items.Count, page.Next is null ? 0 : query.Limit, query.Limit);
                found.AddRange(page.Items.Select(item => item.Info.Id));
                if ((mark = page.Next) is null)
                    break;
            }

            Assert.Equal(expected, found);
        });

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_foreign_mark_is_refused(string mark)
    {
        var failure = Assert.Throws<CaissonException>(() => SandboxListing.Page([], "a", new SandboxQuery { After = mark }));
        Assert.Equal(ErrorCode.InvalidArgument, failure.Code);
    }

    [Fact]
    public void Any_text_as_a_mark_is_refused_or_read_and_never_breaks() => Gen.String.Sample(text =>
    {
        try
        {
            ListCursor.Decode(text, ascending: true);
        }
        catch (CaissonException e)
        {
            Assert.Equal(ErrorCode.InvalidArgument, e.Code);
        }
    });

    [Fact]
    public void A_limit_out_of_range_or_a_mark_of_the_other_order_is_refused()
    {
        Assert.Throws<CaissonException>(() => SandboxListing.Page([], "a", new SandboxQuery { Limit = 0 }));
        Assert.Throws<CaissonException>(() => SandboxListing.Page([], "a", new SandboxQuery { Limit = 101 }));
        var mark = new ListCursor(_start, SandboxId.New().Value, true).Encode();
        Assert.Throws<CaissonException>(() => SandboxListing.Page([], "a", new SandboxQuery { After = mark }));
    }

    private sealed class Listed(SandboxInfo info) : ISandbox
    {
        public SandboxInfo Info => info;

        public IGuest Guest => throw new InvalidOperationException();

        public Task Away => Task.CompletedTask;

        public Task WakeAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task PauseAsync(bool keepMemory, CancellationToken cancellation) => Task.CompletedTask;

        public Task ResumeAsync(TimeSpan? timeout, bool keepMemory, CancellationToken cancellation) => Task.CompletedTask;

        public Task<SnapshotInfo> SnapshotAsync(SnapshotRequest request, CancellationToken cancellation) => throw new InvalidOperationException();

        public Task<IReadOnlyList<ForkOutcome>> ForkAsync(ForkRequest request, CancellationToken cancellation) => throw new InvalidOperationException();

        public Task Ended => Task.CompletedTask;

        public IReadOnlyList<SandboxMetric> Metrics => [];

        public Task KillAsync(CancellationToken cancellation) => Task.CompletedTask;

        public Task SetTimeoutAsync(TimeSpan timeout, CancellationToken cancellation) => Task.CompletedTask;

        public Task ExtendAsync(TimeSpan timeout, CancellationToken cancellation) => Task.CompletedTask;

        public Task UpdateEgressAsync(EgressPolicy policy, CancellationToken cancellation) => Task.CompletedTask;

        public Task<Stream> ConnectAsync(int port, CancellationToken cancellation) => throw new InvalidOperationException();

        public Task<SandboxUsage> UsageAsync(CancellationToken cancellation) => throw new InvalidOperationException();

        public IReadOnlyList<SandboxEvent> ReadTimeline(long after, int limit) => [];
    }
}
